import { js } from "@nn/backend-js";
import { applyModel, tensor } from "@nn/core";
import { plugins as densePlugins } from "@nn/layers-dense";
import { testLayer } from "@nn/testing";
import { expect, it } from "vitest";
import { plugins, rbf } from "../src/index.ts";

testLayer("rbf", {
  make: () => rbf(3, { sharpness: 0.5 }),
  input: { shape: [2] },
  plugins: [...plugins, ...densePlugins],
  frozen: () => rbf(3, { centers: { trainable: false } }),
  backend: () => js(),
});

const backend = js();

it("responds with 1 at a center, and less the farther away an input is", async () => {
  const parameters = { centers: tensor(backend, [[0, 0]]) };
  const x = tensor(backend, [
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
  const { output } = applyModel(rbf(1, { sharpness: 2 }), { parameters, state: {} }, x);
  const expected = [1, Math.exp(-2), Math.exp(-4)];
  (await output.read()).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
});

it("says what is wrong with its options and its input", () => {
  expect(() => rbf(0)).toThrow("rbf: units must be a whole number from 1, got 0");
  expect(() => rbf(1, { sharpness: -1 })).toThrow("sharpness must be a number above 0, got -1");
  const variables = { parameters: {}, state: {} };
  expect(() => applyModel(rbf(1), variables, tensor(backend, [1, 2]))).toThrow(
    "takes [batch, features], got [2]",
  );
});
