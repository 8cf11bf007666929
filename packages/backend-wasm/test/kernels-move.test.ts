import { concatenate, gather, pad, scatterAdd, transpose, type DType } from "@nn/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { run, value } from "./kernels-harness.ts";
import { both, integers } from "./kernels-reference.ts";

const dtypes: readonly DType[] = ["f32", "f64", "i32", "bool", "u8", "i8"];
const anyDtype = fc.constantFrom(...dtypes);
const anyNumber = fc.constantFrom<DType>("f32", "f64", "i32");
/** Lengths on both sides of where pieces, loops and calls begin. */
const anyInner = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 15, 17, 34, 40, 65, 130, 300, 700);
const anyIndices = (length: number, count: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  count.chain((n) =>
    fc.array(fc.integer({ min: -2, max: length + 1 }), { minLength: n, maxLength: n }),
  );

test("gather copies rows, and writes zeros for indices outside", () => {
  fc.assert(
    fc.property(
      anyDtype,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 5 }),
      anyInner,
      anyIndices(5, fc.integer({ min: 0, max: 7 })),
      (dtype, outer, length, inner, indices) => {
        const x = integers(dtype, [outer, length, inner]);
        const index = value("i32", [indices.length], indices);
        const { actual, wanted } = both("gather", [x, index], { axis: 1 }, (a, i) =>
          gather(a, i, 1),
        );
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});

test("gather keeps the bits of a NaN", () => {
  const bits = Int32Array.of(0x7fa12345, 0x7fc00001);
  const x = { dtype: "f32" as const, shape: [2], data: new Float32Array(bits.buffer) };
  const index = value("i32", [2], [1, 0]);
  const result = run("gather", [x, index], x, { axis: 0 });
  expect([...new Int32Array(result.buffer)]).toEqual([0x7fc00001, 0x7fa12345]);
});

test("scatterAdd adds rows in the order of the indices, and drops those outside", () => {
  fc.assert(
    fc.property(
      anyNumber,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 5 }),
      anyInner,
      anyIndices(5, fc.integer({ min: 0, max: 9 })),
      (dtype, outer, length, inner, indices) => {
        const base = integers(dtype, [outer, length, inner]);
        const index = value("i32", [indices.length], indices);
        const updates = integers(dtype, [outer, indices.length, inner], 2);
        const { actual, wanted } = both(
          "scatterAdd",
          [base, index, updates],
          { axis: 1 },
          (b, i, u) => scatterAdd(b, i, u, 1),
        );
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 150, seed: 2 },
  );
});

test("scatterAdd adds into its base where that is the output", () => {
  for (const inner of [1, 6, 300]) {
    const base = integers("f32", [4, inner]);
    const index = value("i32", [3], [2, 0, 2]);
    const updates = integers("f32", [3, inner], 2);
    const inputs = [base, index, updates];
    const apart = run("scatterAdd", inputs, base, { axis: 0 });
    expect(run("scatterAdd", inputs, base, { axis: 0 }, true)).toEqual(apart);
  }
});

test("concat puts any number of tensors side by side", () => {
  fc.assert(
    fc.property(
      anyDtype,
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
      anyInner,
      (dtype, outer, lengths, inner) => {
        const inputs = lengths.map((length, i) => integers(dtype, [outer, length, inner], i));
        const { actual, wanted } = both("concat", inputs, { axis: 1 }, (...all) =>
          concatenate(all, 1),
        );
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 150, seed: 3 },
  );
});

test("concat divides one long row", () => {
  const inputs = [10_000, 3, 0, 50_000, 1, 20_001].map((n, i) => integers("i32", [n], i));
  const { actual, wanted } = both("concat", inputs, { axis: 0 }, (...all) => concatenate(all));
  expect(actual).toEqual(wanted);
});

test("pad surrounds with one value", () => {
  const anyAxis = fc.tuple(...[3, 5, 2].map((max) => fc.integer({ min: 0, max })));
  fc.assert(
    fc.property(
      anyDtype,
      fc.array(anyAxis, { minLength: 0, maxLength: 4 }),
      fc.constantFrom(0, 1, -7, 0.5, Infinity, NaN),
      fc.constantFrom(0, 0, 200, 700),
      (dtype, axes, number, wide) => {
        const isWhole = dtype !== "f32" && dtype !== "f64";
        const cell =
          isWhole && !Number.isInteger(number)
            ? 1
            : dtype === "bool" || dtype === "u8"
              ? 1
              : number;
        const [low, shape, high] = [0, 1, 2].map((i) => axes.map((axis) => axis[i]!));
        if (wide > 0 && axes.length > 0) shape![axes.length - 1] = wide;
        const x = integers(dtype, shape!);
        const params = { low: low!, high: high!, value: cell };
        const { actual, wanted } = both("pad", [x], params, (a) =>
          a.shape.length === 0 || [...low!, ...high!].every((n) => n === 0)
            ? a
            : pad(a, low!, high!, cell),
        );
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 80, seed: 4 },
  );
});

test("pad writes long stretches of any value", () => {
  for (const cell of [0, 2.5]) {
    const x = integers("f32", [3]);
    const result = run(
      "pad",
      [x],
      { dtype: "f32", shape: [2003] },
      { low: [1000], high: [1000], value: cell },
    );
    expect([...result.slice(0, 1000), ...result.slice(1003)].every((n) => n === cell)).toBe(true);
    expect(result.slice(1000, 1003)).toEqual(x.data);
  }
});

test("transpose puts axes into any order", () => {
  const anyLength = fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 9, 17, 20, 35);
  fc.assert(
    fc.property(
      anyDtype,
      fc
        .array(anyLength, { minLength: 0, maxLength: 4 })
        .filter((shape) => shape.reduce<number>((a, b) => a * b, 1) < 5000)
        .chain((shape) =>
          fc.tuple(
            fc.constant(shape),
            fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
          ),
        ),
      (dtype, [shape, permutation]) => {
        const x = integers(dtype, shape);
        const { actual, wanted } = both("transpose", [x], { permutation }, (a) =>
          transpose(a, permutation),
        );
        expect(actual).toEqual(wanted);
      },
    ),
    { numRuns: 300, seed: 6 },
  );
});
