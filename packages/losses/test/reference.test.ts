import { js } from "@nn/backend-js";
import {
  decode,
  gradient,
  jit,
  sum,
  tensor,
  type Json,
  type Loss,
  type Tensor,
  type TensorData,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import { gaussianNll, plugins, type Gaussian } from "../src/index.ts";
import reference from "./reference.json" with { type: "json" };

const backend = js();

/** The stored values are by PyTorch, in double precision; see `origin` in the file. */
const exact = 1e-10;

/** Probabilities are raised by 1e-12, so that 0 has a logarithm. */
const raised = 1e-7;

function f64(data: unknown): Tensor {
  return tensor(backend, data as TensorData, { dtype: "f64" });
}

function expectNear(actual: Tensor, expected: unknown, tolerance = exact): void {
  const wanted = (expected as number[]).flat(Infinity) as unknown as number[];
  const found = actual.readSync();
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) =>
    expect(
      Math.abs(found[i]! - value),
      `element ${i} is ${found[i]}, expected ${value}`,
    ).toBeLessThan(tolerance * Math.max(1, Math.abs(value))),
  );
}

describe("values and gradients of PyTorch", () => {
  reference.cases.forEach((given, i) => {
    it(`${i}: ${given.loss} ${JSON.stringify(given.options)}`, () => {
      const json = { kind: `@nn/losses#${given.loss}`, config: given.options } as unknown as Json;
      const loss = decode(json, plugins) as Loss;
      const tolerance = given.options.from === "probabilities" ? raised : exact;
      const [prediction, target] = [f64(given.prediction), f64(given.target)];
      expectNear(jit(loss.values)(prediction, target), given.values, tolerance);
      const total = (x: Tensor): Tensor => sum(loss.values(x, target));
      expectNear(jit(gradient(total))(prediction), given.gradient, tolerance);
    });
  });

  it("gaussianNll, also where the variance is raised", () => {
    const { prediction, target, values, gradient: slopes } = reference.gaussianNll;
    const given = { mean: f64(prediction.mean), variance: f64(prediction.variance) };
    const wanted = f64(target);
    expectNear(gaussianNll().values(given, wanted), values);
    const total = (x: Gaussian): Tensor => sum(gaussianNll().values(x, wanted));
    const found = jit(gradient(total))(given) as Gaussian;
    expectNear(found.mean, slopes.mean);
    expectNear(found.variance, slopes.variance);
  });
});
