import { argMax, randomBits } from "@nn/core";
import { threefryVectors } from "@nn/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { run, value } from "./kernels-harness.ts";
import { both } from "./kernels-reference.ts";

test("randomBits draws the same words as the reference", () => {
  const key = value("i32", [2], [0x13198a2e, -0x5bd1e995]);
  for (const size of [...Array(41).keys(), 1000]) {
    const counter = value("i32", [], [size % 3 === 0 ? -7 : 2 ** 31 - 1]);
    const { actual, wanted } = both("randomBits", [key, counter], { shape: [size] }, (k, c) =>
      randomBits(k, [size], c),
    );
    expect(actual).toEqual(wanted);
  }
});

test("randomBits gives the published words of Threefry-2x32", () => {
  // Of the published vectors, this is the one whose block is the first of a draw.
  const { key, counter, words } = threefryVectors[0]!;
  const inputs = [value("i32", [2], key), value("i32", [], [counter[0]])];
  const result = run("randomBits", inputs, { dtype: "i32", shape: [2] }, { shape: [2] });
  expect([...result].map((n) => n >>> 0)).toEqual([...words]);
});

test("argMax finds the first of the largest, and the first NaN", () => {
  const special = fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, 2, 2, 3);
  fc.assert(
    fc.property(
      fc.constantFrom<"f32" | "f64" | "i32">("f32", "f64", "i32"),
      fc.integer({ min: 0, max: 3 }),
      fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(33, 70)),
      fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 40 })),
      fc.array(special, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      (dtype, outer, length, inner, some, isWithoutNaN) => {
        const all = Array.from({ length: outer * length * inner }, (_, i) => {
          const number = some[(i * 7 + (i >> 4)) % some.length]!;
          return Number.isNaN(number) && isWithoutNaN ? -1 : number;
        });
        const x = value(dtype, [outer, length, inner], all);
        const { actual, wanted } = both("argMax", [x], { axis: 1 }, (a) => argMax(a, 1));
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});
