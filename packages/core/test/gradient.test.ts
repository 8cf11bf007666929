import {
  gradient,
  maximum,
  minimum,
  max,
  min,
  pow,
  sum,
  abs,
  relu,
  tensor,
  sqrt,
  select,
  greater,
  div,
  type Tensor,
} from "@nn/core";
import { describe, expect, it } from "vitest";

import { backends } from "./backends.ts";
import { cases } from "./cases.ts";
import { expectGradients, values } from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  describe("first and second derivatives equal central differences", () => {
    it.each(cases(backend).smooth)("$title", ({ fn, inputs }) => expectGradients(fn, inputs));
  });

  describe("at kinks and edges", () => {
    const slopes = (fn: (...inputs: Tensor[]) => Tensor, ...data: number[][]): number[][] => {
      const inputs = data.map((row) => tensor(backend, row));
      return gradient((all: Tensor[]) => sum(fn(...all)))(inputs).map(values);
    };

    it("the first of equal operands gets the gradient", () => {
      expect(slopes(maximum, [1, 2, 3], [1, 3, 2])).toEqual([
        [1, 0, 1],
        [0, 1, 0],
      ]);
      expect(slopes(minimum, [1, 2, 3], [1, 3, 2])).toEqual([
        [1, 1, 0],
        [0, 0, 1],
      ]);
      expect(slopes((x) => max(x), [1, 3, 3, 2])).toEqual([[0, 1, 0, 0]]);
      expect(slopes((x) => min(x), [1, 3, 1, 2])).toEqual([[1, -0, -0, -0]]);
      expect(slopes((x) => max(x), [1, NaN, 3, NaN])).toEqual([[0, 1, 0, 0]]);
      expect(slopes((x) => min(x), [1, NaN, 3, NaN])).toEqual([[-0, 1, -0, -0]]);
    });

    it("relu and abs have the gradient 0 at 0", () => {
      expect(slopes(relu, [0, -0, -1, 1])).toEqual([[0, 0, 0, 1]]);
      expect(slopes(abs, [0, -0, -1, 1])).toEqual([[0, -0, -1, 1]]);
    });

    it("powers of zero and of negative numbers have no NaN in their gradients", () => {
      expect(slopes((x) => pow(x, 2), [0, -3])).toEqual([[0, -6]]);
      expect(slopes((x) => pow(x, 0), [0, -3])).toEqual([[0, 0]]);
      expect(slopes((x) => pow(x, 1), [0, -3])).toEqual([[1, 1]]);
      expect(slopes((x, y) => pow(x, y), [0, -3], [2, 3])[1]).toEqual([0, 0]);
    });

    it("a branch that is not taken sends NaN unless its operand is made safe", () => {
      const guarded = (x: Tensor): Tensor => {
        const safe = greater(x, 0);
        return select(safe, sqrt(select(safe, x, 1)), 0);
      };
      expect(slopes(guarded, [0, 4])).toEqual([[0, 0.25]]);
      expect(slopes((x) => select(greater(x, 0), div(1, x), 0), [0, 2])[0]![0]).toBeNaN();
    });
  });
});
