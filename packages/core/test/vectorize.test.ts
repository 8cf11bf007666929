import { gradient, mul, sum, tensor, vectorize, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";

import { backends } from "./backends.ts";
import { cases } from "./cases.ts";
import { expectVectorized, random, values } from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  const { smooth, other } = cases(backend);

  describe("vectorize equals a loop, whichever operands carry the batch", () => {
    it.each([...smooth, ...other])("$title", ({ fn, inputs }) => expectVectorized(fn, inputs));
  });

  describe("vectorize of a gradient equals a loop of gradients", () => {
    it.each(smooth)("$title", ({ fn, inputs }) => {
      const positions = inputs.flatMap(({ dtype }, i) => (dtype === "f64" ? [i] : []));
      for (const position of positions)
        expectVectorized(
          (...all) =>
            gradient((x: Tensor) =>
              sum(mul(fn(...all.with(position, x)), random(backend, fn(...all).shape, 9))),
            )(all[position]!),
          inputs,
          1e-9,
        );
    });
  });

  describe("vectorize", () => {
    it("nests", () => {
      const outer = vectorize(
        vectorize((a: Tensor, b: Tensor) => mul(a, b), { axes: [null, 0] }),
        { axes: [0, null] },
      );
      const product = outer(tensor(backend, [1, 2]), tensor(backend, [3, 4, 5]));
      expect(product.shape).toEqual([2, 3]);
      expect(values(product)).toEqual([3, 4, 5, 6, 8, 10]);
    });

    it("takes a batch of none", () => {
      const result = vectorize((x: Tensor) => sum(mul(x, x)))(random(backend, [0, 3]));
      expect(result.shape).toEqual([0]);
    });
  });
});
