import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  planAveragePool,
  planAveragePoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  pooledLengths,
  type Pooling,
} from "../src/conv/index.ts";
import { bench, type Float } from "./matmul-support.ts";

interface Pooled {
  readonly most: number[];
  readonly mean: number[];
  readonly mostGradient: number[];
  readonly meanGradient: number[];
}

/** Pools with loops over all cells. */
function expected(pooling: Pooling, x: readonly number[], g: readonly number[]): Pooled {
  const { images, height, width, channels, window, strides, padding } = pooling;
  const [rows, columns] = pooledLengths(pooling);
  const result: Pooled = {
    most: [],
    mean: [],
    mostGradient: x.map(() => 0),
    meanGradient: x.map(() => 0),
  };
  for (let n = 0; n < images; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let c = 0; c < channels; c++) {
          const cells: number[] = [];
          for (let i = 0; i < window[0]; i++)
            for (let j = 0; j < window[1]; j++) {
              const y = row * strides[0] + i - padding[0][0];
              const z = column * strides[1] + j - padding[1][0];
              if (y >= 0 && z >= 0 && y < height && z < width)
                cells.push(((n * height + y) * width + z) * channels + c);
            }
          const values = cells.map((cell) => x[cell]!);
          const most = Math.max(...values);
          const cotangent = g[result.most.length]!;
          result.most.push(most);
          result.mean.push(values.reduce((sum, value) => sum + value, 0) / cells.length);
          result.mostGradient[cells[values.findIndex((value) => Object.is(value, most))]!]! +=
            cotangent;
          for (const cell of cells) result.meanGradient[cell]! += cotangent / cells.length;
        }
  return result;
}

/** Pools images one by one, the last one first. */
function pooled(pooling: Pooling, x: readonly number[], g: readonly number[]): Pooled {
  const { dtype } = pooling;
  const memory = bench(16);
  const input = memory.place(dtype, x);
  const cotangent = memory.place(dtype, g);
  const outputs = [g, g, x, x].map((like) =>
    memory.place(
      dtype,
      like.map(() => 77),
    ),
  );
  const [most, mean, mostGradient, meanGradient] = outputs as [
    (typeof outputs)[0],
    ...typeof outputs,
  ];
  const stages = [
    ...planMaxPool(pooling, input, most, "most"),
    ...planAveragePool(pooling, input, mean!, "mean"),
    ...planMaxPoolGradient(pooling, input, cotangent, mostGradient!, "most"),
    ...planAveragePoolGradient(pooling, cotangent, meanGradient!, "mean"),
  ];
  const { run } = memory.compile(stages);
  for (const [stage, { units }] of stages.entries())
    for (let image = units - 1; image >= 0; image--) run(stage, image, image + 1);
  const [a, b, c, d] = outputs.map((place, i) => [
    ...memory.read(place, dtype, [g, g, x, x][i]!.length),
  ]);
  return { most: a!, mean: b!, mostGradient: c!, meanGradient: d! };
}

/** Drops what f32 does not have. */
function rounded(value: number): number {
  return Math.round(value * 1e4) + 0;
}

const cells = fc.integer({ min: 1, max: 5 });
const ends = fc.tuple(fc.nat(2), fc.nat(2));
const poolings = fc
  .record({
    dtype: fc.constantFrom<Float>("f32", "f64"),
    images: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.integer({ min: 1, max: 9 }),
    window: fc.tuple(cells, cells),
    strides: fc.tuple(cells, cells),
    padding: fc.oneof(
      fc.constant([
        [0, 0],
        [0, 0],
      ] as [[number, number], [number, number]]),
      fc.tuple(ends, ends),
    ),
  })
  .filter(
    (pooling) =>
      pooling.window.every((length, axis) => Math.max(...pooling.padding[axis]!) < length) &&
      pooledLengths(pooling).every((length) => length > 0),
  );

test("poolings and their gradients agree with loops, ties and NaN included", () => {
  fc.assert(
    fc.property(poolings, fc.nat(3), (pooling, holes) => {
      const { images, height, width, channels } = pooling;
      const [rows, columns] = pooledLengths(pooling);
      const x = Array.from({ length: images * height * width * channels }, (_, i) =>
        (i * 7919) % 11 < holes ? Number.NaN : ((i * 104729) % 5) - 4,
      );
      const g = Array.from({ length: images * rows * columns * channels }, (_, i) => (i % 7) - 2);
      const result = pooled(pooling, x, g);
      const wanted = expected(pooling, x, g);
      expect(result.most).toEqual(wanted.most);
      expect(result.mostGradient).toEqual(wanted.mostGradient);
      for (const name of ["mean", "meanGradient"] as const)
        expect(result[name].map(rounded)).toEqual(wanted[name].map(rounded));
    }),
    { numRuns: 300, seed: 1 },
  );
});
