import { js } from "@nn/backend-js";
import { sequential, tensor } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { exponentialDecay, plugins as schedulePlugins } from "@nn/optimizers";
import { testOptimizer } from "@nn/testing";
import { fit } from "@nn/trainer";
import { expect, it } from "vitest";
import { lion, plugins } from "../src/index.ts";

testOptimizer("lion", {
  make: () => lion({ learningRate: 0.01, beta1: 0.8 }),
  plugins: [...plugins, ...schedulePlugins],
});

testOptimizer("lion with weight decay", {
  make: () => lion({ learningRate: 0.01, weightDecay: 0.1 }),
  plugins: [...plugins, ...schedulePlugins],
  zeroGradient: "moves",
});

const backend = js();

it("moves every element by the learning rate, against momentum and gradient", async () => {
  const { parameter, state } = lion({ beta1: 0.5, beta2: 0.75, weightDecay: 0.5 }).update({
    parameter: tensor(backend, [1, 2, 4]),
    gradient: tensor(backend, [4, -4, 0]),
    state: { momentum: tensor(backend, [2, 6, 0]) },
    rate: tensor(backend, 0.5),
    step: tensor(backend, 1),
  });
  expect([...(await parameter.read())]).toEqual([0.25, 1, 3]);
  expect([...(await state["momentum"]!.read())]).toEqual([2.5, 3.5, 0]);
});

it("refuses shares outside of 0 … 1, and negative decays", () => {
  expect(() => lion({ beta1: 1 })).toThrow("beta1 must be a number from 0 to below 1, got 1");
  expect(() => lion({ weightDecay: -1 })).toThrow("weightDecay must be a number from 0, got -1");
});

it("teaches a small net the exclusive or", async () => {
  const result = await fit({
    backend,
    model: sequential([dense(4, { activation: tanh() }), dense(1)]),
    data: {
      inputs: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      targets: [[0], [1], [1], [0]],
    },
    loss: mse(),
    optimizer: lion({ learningRate: exponentialDecay({ initial: 0.03, factor: 0.5, epochs: 50 }) }),
    epochs: 400,
    seed: 7,
  });
  expect(result.history.loss.at(-1)).toBeLessThan(0.01);
});
