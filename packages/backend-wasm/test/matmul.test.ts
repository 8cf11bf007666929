import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planProduct, type BatchAxis, type Product } from "../src/matmul/index.ts";
import type { Target } from "../src/stage.ts";
import { addInto, bench, hasRelaxed, strict, type Float } from "./matmul-support.ts";

interface Case {
  readonly dtype: Float;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly transposed: readonly [boolean, boolean];
  readonly batch?: readonly { length: number; a: boolean; b: boolean }[];
}

const targets: readonly Target[] = [false, true].flatMap((relaxed) =>
  relaxed && !hasRelaxed() ? [] : [false, true].map((wide) => ({ relaxed, wide })),
);

/** Runs a product in as many pieces as `cuts` says, in any order; whole numbers, so that sums are exact. */
function run(
  { dtype, rows, columns, inner, transposed, batch = [] }: Case,
  target: Target,
  values: (i: number) => number = (i) => ((i * 7919) % 13) - 6,
  cuts: readonly number[] = [],
): { result: number[]; expected: number[] } {
  let countA = rows * inner;
  let countB = inner * columns;
  const axes: BatchAxis[] = [];
  for (const { length, a, b } of batch.toReversed()) {
    axes.unshift({ length, a: a ? countA : 0, b: b ? countB : 0 });
    if (a) countA *= length;
    if (b) countB *= length;
  }
  const a = Array.from({ length: countA }, (_, i) => values(i));
  const b = Array.from({ length: countB }, (_, i) => values(i + 5));
  const memory = bench(256);
  const strides = (isTransposed: boolean, height: number, width: number) =>
    isTransposed ? { rowStride: 1, columnStride: height } : { rowStride: width, columnStride: 1 };
  const product: Product = {
    dtype,
    rows,
    columns,
    inner,
    a: { place: memory.place(dtype, a), ...strides(transposed[0], rows, inner) },
    b: { place: memory.place(dtype, b), ...strides(transposed[1], inner, columns) },
    batch: axes,
  };
  const images = batch.reduce((total, { length }) => total * length, 1);
  const length = images * rows * columns;
  const place = memory.place(dtype, new Float64Array(length + 16));
  const epilogue = addInto(place, dtype, rows, columns);
  const stages = planProduct(product, target, epilogue, memory.scratch, "product");
  const compiled = memory.compile(stages);
  stages.forEach(({ units }, stage) => {
    const ends = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * units)), units])];
    ends.sort((x, y) => x - y);
    for (let i = ends.length - 1; i > 0; i--) compiled.run(stage, ends[i - 1], ends[i]);
  });
  const expected: number[] = [];
  for (let image = 0; image < images; image++) {
    let rest = image;
    let [atA, atB] = [0, 0];
    for (const axis of axes.toReversed()) {
      atA += (rest % axis.length) * axis.a;
      atB += (rest % axis.length) * axis.b;
      rest = Math.floor(rest / axis.length);
    }
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++)
          sum +=
            a[atA + i * product.a.rowStride + k * product.a.columnStride]! *
            b[atB + k * product.b.rowStride + j * product.b.columnStride]!;
        expected.push(sum);
      }
  }
  const all = memory.read(place, dtype, length + 16);
  expect([...all.subarray(length)]).toEqual(Array(16).fill(0));
  return { result: [...all.subarray(0, length)], expected };
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }));
const cases = fc.record({
  dtype: fc.constantFrom<Float>("f32", "f64"),
  rows: sizes,
  columns: sizes,
  inner: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 300 })),
  transposed: fc.tuple(fc.boolean(), fc.boolean()),
});
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });

describe.each(targets)("products with %o", (target) => {
  test("agree with sums of products for all sizes and strides", () => {
    fc.assert(
      fc.property(cases, cuts, (product, cuts) => {
        const { result, expected } = run(product, target, undefined, cuts);
        expect(result).toEqual(expected);
      }),
      { numRuns: 120, seed: 1 },
    );
  });

  test("repeat over axes of a batch, some of them broadcast", () => {
    const axis = fc.record({
      length: fc.integer({ min: 1, max: 3 }),
      a: fc.boolean(),
      b: fc.boolean(),
    });
    const batch = fc.array(axis, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(cases, batch, cuts, (product, batch, cuts) => {
        const { result, expected } = run({ ...product, batch }, target, undefined, cuts);
        expect(result).toEqual(expected);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  test("are the same to the last bit however their units are divided", () => {
    const values = (i: number): number => Math.sin(i * i);
    fc.assert(
      fc.property(cases, cuts, (product, cuts) => {
        const { result } = run(product, target, values);
        expect(run(product, target, values, cuts).result).toEqual(result);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  test.each<Case>([
    { dtype: "f32", rows: 37, columns: 21, inner: 5003, transposed: [false, false] },
    { dtype: "f32", rows: 5, columns: 18, inner: 4097, transposed: [true, true] },
    { dtype: "f64", rows: 150, columns: 7, inner: 2500, transposed: [true, false] },
    { dtype: "f32", rows: 1, columns: 19, inner: 2900, transposed: [false, false] },
    { dtype: "f32", rows: 300, columns: 1, inner: 2900, transposed: [false, false] },
    { dtype: "f32", rows: 530, columns: 40, inner: 600, transposed: [false, true] },
  ])("keep sums in memory where they are long: $rows × $inner × $columns", (product) => {
    const { result, expected } = run(product, target, undefined, [0.3, 0.7]);
    expect(result).toEqual(expected);
  });
});

test("a product without inner axis is zero, and one without rows has no stages", () => {
  const empty = { dtype: "f32", columns: 3, transposed: [false, false] } as const;
  expect(run({ ...empty, rows: 2, inner: 0 }, strict).result).toEqual([0, 0, 0, 0, 0, 0]);
  expect(run({ ...empty, rows: 0, inner: 2 }, strict).result).toEqual([]);
});
