import { describe, expect, it } from "vitest";
import { momentum } from "../src/index.ts";
import { descend } from "./support.ts";

function expectClose(path: readonly number[][], expected: readonly number[]): void {
  expected.forEach((value, i) => expect(path[i]![0]).toBeCloseTo(value, 14));
}

describe("momentum", () => {
  it("adds the gradient to what is left of the velocity", () => {
    // By hand, v ← 0.9 v + w and w ← w - 0.1 v: v = 1, 1.8, 2.34.
    expectClose(descend(momentum({ learningRate: 0.1 }), [1], 3), [0.9, 0.72, 0.486]);
  });

  it("looks ahead with nesterov", () => {
    // By hand, v ← 0.9 v + w and w ← w - 0.1 (w + 0.9 v), with w from before: v = 1, 1.71, 2.1141.
    const rule = momentum({ learningRate: 0.1, nesterov: true });
    expectClose(descend(rule, [1], 3), [0.81, 0.5751, 0.327321]);
  });

  it("is plain gradient descent with a momentum of 0", () => {
    const path = descend(momentum({ learningRate: 0.5, momentum: 0 }), [1], 3);
    expectClose(path, [0.5, 0.25, 0.125]);
  });

  it("starts from a velocity of 0 in the parameter's shape and dtype", () => {
    const { velocity } = momentum().init({ shape: [2, 3], dtype: "f64" });
    expect([velocity!.shape, velocity!.dtype]).toEqual([[2, 3], "f64"]);
  });

  it("refuses options that are out of range", () => {
    for (const value of [1, -0.1, Number.NaN])
      expect(() => momentum({ momentum: value })).toThrow(
        `momentum: momentum must be a number from 0 to below 1, got ${value}`,
      );
    expect(() => momentum({ learningRate: Number.NaN })).toThrow("momentum: learningRate must be");
  });
});
