import {
  encode,
  jit,
  type Layer,
  mul,
  sum,
  tensor,
  gradient,
  applyModel,
  type Tensor,
  sin,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  activation,
  leakyRelu,
  linear,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
} from "../src/index.ts";
import { backend, outputOf } from "./support.ts";

const points = [-30, -2, -0.5, 0.25, 1, 40];

/** Formulas written out for numbers. */
const expected: [string, Layer, (x: number) => number][] = [
  ["linear", linear(), (x) => x],
  ["relu", relu(), (x) => Math.max(x, 0)],
  ["leakyRelu", leakyRelu({ slope: 0.2 }), (x) => (x > 0 ? x : 0.2 * x)],
  ["tanh", tanh(), Math.tanh],
  ["sigmoid", sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
  ["softplus", softplus(), (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))],
  ["a function of one's own", activation((x) => mul(x, sin(x))), (x) => x * Math.sin(x)],
];

describe.each(expected)("%s", (_, layer, formula) => {
  it("is its formula", () => {
    outputOf(layer, [points]).forEach((y, i) => expect(y).toBeCloseTo(formula(points[i]!), 12));
  });

  it("has the slope of its formula", () => {
    const total = (x: Tensor): Tensor =>
      sum(applyModel(layer, { parameters: {}, state: {} }, x).output);
    const slopes = jit(gradient(total))(tensor(backend, points, { dtype: "f64" })).readSync();
    points.forEach((x, i) => {
      const h = 1e-5;
      const difference = (formula(x + h) - formula(x - h)) / (2 * h);
      expect(Math.abs(slopes[i]! - difference)).toBeLessThan(1e-7);
    });
  });

  it("passes NaN on", () => {
    expect(outputOf(layer, [[Number.NaN]])).toEqual([Number.NaN]);
  });
});

describe("softmax", () => {
  it("gives probabilities that add up to 1, also for large numbers", () => {
    const [a, b, c] = outputOf(softmax(), [[1000, 1001, 999]]) as [number, number, number];
    expect(a + b + c).toBeCloseTo(1, 14);
    expect(b / a).toBeCloseTo(Math.E, 12);
    expect(c / a).toBeCloseTo(1 / Math.E, 12);
  });

  it("goes along the axis that is chosen", () => {
    const columns = outputOf(softmax({ axis: 0 }), [
      [1, 2],
      [1, 2],
    ]);
    expect(columns).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe("an activation from a function", () => {
  it("says that it has no JSON form", () => {
    expect(() => encode(activation((x) => x))).toThrow(
      "encode: @nn/layers-dense#activation.fn is a function, which JSON cannot hold; use a value with a kind instead",
    );
  });
});

describe("leakyRelu", () => {
  it("refuses a slope that is no number", () => {
    expect(() => leakyRelu({ slope: Number.NaN })).toThrow(
      "leakyRelu: slope must be a finite number, got NaN",
    );
  });
});
