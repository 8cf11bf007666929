import { describe, expect, it } from "vitest";
import { exponentialDecay, sgd } from "../src/index.ts";
import { descend } from "./support.ts";

describe("sgd", () => {
  it("goes against the gradient by the rate", () => {
    // By hand: w ← w - 0.5 w.
    expect(descend(sgd({ learningRate: 0.5 }), [1, -2], 3)).toEqual([
      [0.5, -1],
      [0.25, -0.5],
      [0.125, -0.25],
    ]);
  });

  it("follows a schedule", () => {
    // By hand, with 10 steps an epoch and the rate halved each tenth of an epoch: rates 0.5, 0.25, 0.125.
    const rate = exponentialDecay({ initial: 0.5, factor: 0.5, epochs: 0.1 });
    const path = descend(sgd({ learningRate: rate }), [1], 3).flat();
    [0.5, 0.375, 0.328125].forEach((expected, i) => expect(path[i]).toBeCloseTo(expected, 14));
  });

  it("has a rate of 0.01 unless told otherwise, and no state", () => {
    expect(descend(sgd(), [1], 1)).toEqual([[0.99]]);
    expect(sgd().init({ shape: [2], dtype: "f32" })).toEqual({});
  });

  it("refuses a rate that is negative or no finite number", () => {
    for (const learningRate of [Number.NaN, -0.1, Infinity])
      expect(() => sgd({ learningRate })).toThrow(
        "sgd: learningRate must be a finite number from 0, or a schedule such as exponentialDecay({ … }), " +
          `got ${learningRate}`,
      );
    expect(() => sgd({ learningRate: "fast" as unknown as number })).toThrow('got "fast"');
  });
});
