import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  outputLengths,
  planConvolution,
  planFilterGradient,
  planInputGradient,
  type Convolution,
} from "../src/conv/index.ts";
import type { Place, Stage, Target } from "../src/stage.ts";
import { addInto, bench, hasRelaxed, type Float } from "./matmul-support.ts";

const roles = ["input", "filter", "output"] as const;
type Role = (typeof roles)[number];

const targets: readonly Target[] = [false, true].flatMap((relaxed) =>
  relaxed && !hasRelaxed() ? [] : [false, true].map((wide) => ({ relaxed, wide })),
);

/** Calls with the positions, in each role, of three elements that are bound. */
function walk(conv: Convolution, visit: (at: Record<Role, number>) => void): void {
  const { images, height, width, channels, filter, filters, strides, padding, dilation } = conv;
  const [rows, columns] = outputLengths(conv);
  for (let n = 0; n < images; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let i = 0; i < filter[0]; i++)
          for (let j = 0; j < filter[1]; j++) {
            const y = row * strides[0] + i * dilation[0] - padding[0][0];
            const x = column * strides[1] + j * dilation[1] - padding[1][0];
            if (y < 0 || x < 0 || y >= height || x >= width) continue;
            for (let c = 0; c < channels; c++)
              for (let f = 0; f < filters; f++)
                visit({
                  input: ((n * height + y) * width + x) * channels + c,
                  filter: ((i * filter[1] + j) * channels + c) * filters + f,
                  output: ((n * rows + row) * columns + column) * filters + f,
                });
          }
}

function run(
  conv: Convolution,
  role: Role,
  target: Target,
  values: (i: number) => number = (i) => ((i * 7919) % 13) - 6,
  cuts: readonly number[] = [],
): { result: number[]; expected: number[] } {
  const { dtype, images, height, width, channels, filter, filters } = conv;
  const [rows, columns] = outputLengths(conv);
  const sizes: Record<Role, readonly [number, number]> = {
    input: [images * height * width, channels],
    filter: [filter[0] * filter[1] * channels, filters],
    output: [images * rows * columns, filters],
  };
  const memory = bench(256);
  const data = {} as Record<Role, number[]>;
  const places = {} as Record<Role, Place>;
  for (const [i, name] of roles.entries()) {
    const length = sizes[name][0] * sizes[name][1] + (name === role ? 16 : 0);
    data[name] = Array.from({ length }, (_, n) => (name === role ? 0 : values(n + i)));
    places[name] = memory.place(dtype, data[name]);
  }
  const epilogue = addInto(places[role], dtype, ...sizes[role]);
  const planning = { target, epilogue, scratch: memory.scratch, name: role };
  const plans: Record<Role, () => readonly Stage[]> = {
    input: () => planInputGradient(conv, places.filter, places.output, planning),
    filter: () => planFilterGradient(conv, places.input, places.output, planning),
    output: () => planConvolution(conv, places.input, places.filter, planning),
  };
  const stages = plans[role]();
  const compiled = memory.compile(stages);
  for (const [stage, { units }] of stages.entries()) {
    const ends = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * units)), units])];
    ends.sort((x, y) => x - y);
    for (let i = ends.length - 1; i > 0; i--) compiled.run(stage, ends[i - 1], ends[i]);
  }
  const [first, second] = roles.filter((name) => name !== role) as [Role, Role];
  const expected = data[role].slice();
  walk(conv, (at) => {
    expected[at[role]]! += data[first][at[first]]! * data[second][at[second]]!;
  });
  return { result: [...memory.read(places[role], dtype, expected.length)], expected };
}

const small = fc.integer({ min: 1, max: 3 });
const pairs = fc.tuple(small, small);
const ends = fc.tuple(fc.nat(2), fc.nat(2));
const convolutions = fc
  .record({
    dtype: fc.constantFrom<Float>("f32", "f64"),
    images: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 11 }),
    channels: fc.integer({ min: 1, max: 9 }),
    filter: pairs,
    filters: fc.integer({ min: 1, max: 20 }),
    strides: fc.oneof(fc.constant([1, 1] as [number, number]), pairs),
    padding: fc.oneof(
      fc.constant([
        [0, 0],
        [0, 0],
      ] as [[number, number], [number, number]]),
      fc.tuple(ends, ends),
    ),
    dilation: fc.oneof(fc.constant([1, 1] as [number, number]), pairs),
  })
  .filter((conv) => outputLengths(conv).every((length) => length > 0));
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });

describe.each(targets)("with %o", (target) => {
  describe.each(roles)("the %s of a convolution", (role) => {
    test("agrees with sums over all positions", () => {
      fc.assert(
        fc.property(convolutions, cuts, (conv, cuts) => {
          const { result, expected } = run(conv, role, target, undefined, cuts);
          expect(result).toEqual(expected);
        }),
        { numRuns: 50, seed: 1 },
      );
    });

    test("is the same to the last bit however its units are divided", () => {
      const values = (i: number): number => Math.sin(i * i);
      fc.assert(
        fc.property(convolutions, cuts, (conv, cuts) => {
          const { result } = run(conv, role, target, values);
          expect(run(conv, role, target, values, cuts).result).toEqual(result);
        }),
        { numRuns: 10, seed: 2 },
      );
    });

    test.each([
      { images: 30, height: 7, width: 6, channels: 16, filters: 24 },
      { images: 2, height: 40, width: 61, channels: 10, filters: 5 },
      { images: 0, height: 4, width: 4, channels: 2, filters: 3 },
      { images: 2, height: 4, width: 4, channels: 0, filters: 3 },
    ])("takes $images images of $height × $width × $channels", (sizes) => {
      const conv: Convolution = {
        dtype: "f32",
        ...sizes,
        filter: [3, 3],
        strides: [1, 1],
        padding: [
          [1, 1],
          [1, 1],
        ],
        dilation: [1, 1],
      };
      const { result, expected } = run(conv, role, target, undefined, [0.1, 0.5]);
      expect(result).toEqual(expected);
    });
  });
});
