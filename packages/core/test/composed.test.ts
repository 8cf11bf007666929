import { describe, expect, it } from "vitest";
import { gradient, logSumExp, softmax, sum, type Tensor } from "@nn/core";
import { f64, values } from "./support.ts";

describe("logSumExp", () => {
  it("is -Infinity where there is nothing to add, and Infinity where one element is", () => {
    const x = f64([
      [-Infinity, -Infinity],
      [1, Infinity],
      [1000, -Infinity],
    ]);
    expect(values(logSumExp(x))).toEqual([-Infinity, Infinity, 1000]);
  });

  it("has softmax as its gradient", () => {
    const x = f64([1, 2, 3]);
    const slope = values(gradient((y: Tensor) => sum(logSumExp(y)))(x));
    values(softmax(x)).forEach((value, i) => expect(slope[i]).toBeCloseTo(value, 14));
  });
});
