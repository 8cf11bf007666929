import { describe, expect, it } from "vitest";
import { adagrad, type AdagradOptions } from "../src/index.ts";
import { descend } from "./support.ts";

describe("adagrad", () => {
  it("divides the gradient by the root of the sum of all squares", () => {
    // By hand: 1 - 0.1 · 1 / √1, then 0.9 - 0.1 · 0.9 / √1.81.
    const path = descend(adagrad({ learningRate: 0.1 }), [1], 2).flat();
    [0.9, 0.9 - 0.09 / Math.sqrt(1.81)].forEach((x, i) => expect(path[i]).toBeCloseTo(x, 10));
  });

  it("starts its sums where it is told to", () => {
    const [[first]] = descend(adagrad({ learningRate: 0.1, initialSum: 3 }), [1], 1) as [[number]];
    expect(first).toBeCloseTo(0.95, 10);
  });

  it("refuses options that it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [{ initialSum: -1 }, "adagrad: initialSum must be a finite number from 0, got -1"],
      [{ epsilon: Infinity }, "adagrad: epsilon must be a finite number above 0, got Infinity"],
      [{ decay: 0.1 }, "adagrad: there is no option 'decay'"],
    ];
    for (const [options, message] of wrong)
      expect(() => adagrad(options as AdagradOptions)).toThrow(message);
  });
});
