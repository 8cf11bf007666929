import {
  avgPool2d,
  gradient,
  maxPool2d,
  mul,
  sum,
  tensor,
  trace,
  zeros,
  type PoolOptions,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import { expectClose, expectGradients, expectVectorized, random, values } from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  interface Case {
    readonly title: string;
    readonly x: readonly [number, number, number, number];
    readonly options: PoolOptions;
    readonly window: readonly [number, number];
    readonly strides: readonly [number, number];
    readonly padding: readonly [readonly [number, number], readonly [number, number]];
  }

  const none = [
    [0, 0],
    [0, 0],
  ] as const;

  const cases: Case[] = [
    {
      title: "halving",
      x: [2, 4, 6, 2],
      options: { window: 2 },
      window: [2, 2],
      strides: [2, 2],
      padding: none,
    },
    {
      title: "overlapping windows with cells left over",
      x: [1, 6, 5, 2],
      options: { window: [3, 2], strides: [2, 1] },
      window: [3, 2],
      strides: [2, 1],
      padding: none,
    },
    {
      title: "same",
      x: [1, 5, 4, 1],
      options: { window: 3, strides: 2, padding: "same" },
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
    {
      title: "padding of its own on every side",
      x: [1, 3, 4, 1],
      options: {
        window: [2, 4],
        strides: 1,
        padding: [
          [1, 0],
          [3, 2],
        ],
      },
      window: [2, 4],
      strides: [1, 1],
      padding: [
        [1, 0],
        [3, 2],
      ],
    },
    {
      title: "all of the image",
      x: [2, 3, 2, 3],
      options: { window: [3, 2] },
      window: [3, 2],
      strides: [1, 1],
      padding: none,
    },
  ];

  /** The cells that each window sees, as positions in the flat image, by a loop. */
  function windows({ x: [n, h, w, c], window, strides, padding }: Case): {
    shape: number[];
    cells: number[][];
  } {
    const lengths = [h, w].map(
      (length, a) =>
        Math.floor((length + padding[a]![0] + padding[a]![1] - window[a]!) / strides[a]!) + 1,
    );
    const cells: number[][] = [];
    for (let b = 0; b < n; b++)
      for (let oy = 0; oy < lengths[0]!; oy++)
        for (let ox = 0; ox < lengths[1]!; ox++)
          for (let channel = 0; channel < c; channel++) {
            const seen: number[] = [];
            for (let y = oy * strides[0] - padding[0][0], i = 0; i < window[0]; i++, y++)
              for (let z = ox * strides[1] - padding[1][0], j = 0; j < window[1]; j++, z++)
                if (y >= 0 && y < h && z >= 0 && z < w)
                  seen.push(((b * h + y) * w + z) * c + channel);
            cells.push(seen);
          }
    return { shape: [n, lengths[0]!, lengths[1]!, c], cells };
  }

  describe.each(cases)("pooling: $title", (one) => {
    const x = random(backend, one.x, 4);
    const { shape, cells } = windows(one);
    const g = random(backend, shape, 5);
    const [data, weights] = [values(x), values(g)];

    test("the largest cell wins, and the first of equal ones gets the gradient", () => {
      const y = maxPool2d(x, one.options);
      expect(y.shape).toEqual(shape);
      expect(values(y)).toEqual(cells.map((seen) => Math.max(...seen.map((i) => data[i]!))));
      const rough = tensor(
        backend,
        Float64Array.from(data, (v) => Math.round(v)),
        { shape: one.x },
      );
      const levels = values(rough);
      const expected = levels.map(() => 0);
      cells.forEach((seen, k) => {
        const best = Math.max(...seen.map((i) => levels[i]!));
        expected[seen.find((i) => levels[i] === best)!]! += weights[k]!;
      });
      expectClose(
        values(gradient((a: Tensor) => sum(mul(maxPool2d(a, one.options), g)))(rough)),
        expected,
      );
    });

    test("the average is over the cells of the image", () => {
      const y = avgPool2d(x, one.options);
      expect(y.shape).toEqual(shape);
      expectClose(
        values(y),
        cells.map((seen) => seen.reduce((total, i) => total + data[i]!, 0) / seen.length),
      );
    });

    for (const pool of [maxPool2d, avgPool2d])
      test(`${pool.name} has derivatives of any order and a batching rule`, () => {
        const run = (a: Tensor): Tensor => pool(a, one.options);
        expectGradients((a) => mul(run(mul(a, a)), run(a)), [x]);
        expectVectorized(run, [x]);
        expectVectorized((a, b) => gradient((c: Tensor) => sum(mul(run(c), b)))(a), [x, g]);
      });
  });

  describe("pooling", () => {
    test("propagates NaN, and infinities are numbers like others", () => {
      const x = tensor(backend, [NaN, 1, 2, 3, -Infinity, -Infinity, -Infinity, -Infinity], {
        shape: [2, 2, 2, 1],
      });
      expect(values(maxPool2d(x, { window: 2 }))).toEqual([NaN, -Infinity]);
      const padded = (a: Tensor): Tensor =>
        sum(
          maxPool2d(a, {
            window: 2,
            strides: 2,
            padding: [
              [1, 1],
              [1, 1],
            ],
          }),
        );
      expect(values(gradient(padded)(x))).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
      expect(values(gradient((a: Tensor) => sum(maxPool2d(a, { window: 2 })))(x))).toEqual([
        1, 0, 0, 0, 1, 0, 0, 0,
      ]);
    });

    test("keeps to its primitives when batched, and the average does not keep its input", () => {
      const x = random(backend, [1, 4, 4, 1]);
      const slope = (pool: typeof maxPool2d) => (a: Tensor) =>
        gradient((b: Tensor) => sum(pool(b, { window: 2 })))(a);
      const names = (pool: typeof maxPool2d): string[] =>
        trace(slope(pool), x).operations.map((op) => op.primitive.name);
      expect(names(maxPool2d)).toContain("maxPool2dGradient");
      expect(names(avgPool2d).filter((name) => name !== "full")).toEqual(["avgPool2dGradient"]);
    });

    test("takes a batch of no images and images of no channels", () => {
      for (const pool of [maxPool2d, avgPool2d])
        for (const shape of [
          [0, 4, 4, 2],
          [1, 4, 4, 0],
        ]) {
          const x = random(backend, shape);
          expect(pool(x, { window: 2 }).shape).toEqual([shape[0], 2, 2, shape[3]]);
          expect(gradient((a: Tensor) => sum(pool(a, { window: 2 })))(x).shape).toEqual(shape);
        }
    });

    const bad: [string, () => Tensor, string][] = [
      [
        "rank",
        () => maxPool2d(zeros([4, 4, 1]), { window: 2 }),
        "maxPool2d: expected [batch, height, width, channels], got f32[4,4,1]",
      ],
      [
        "dtype",
        () => avgPool2d(zeros([1, 4, 4, 1], "i32"), { window: 2 }),
        "avgPool2d: expected f32 or f64 (cast() first), got i32[1,4,4,1]",
      ],
      [
        "window",
        () => maxPool2d(zeros([1, 4, 4, 1]), { window: 5 }),
        "maxPool2d: expected a window of up to 4 cells, padding included, got 5",
      ],
      [
        "strides",
        () => avgPool2d(zeros([1, 4, 4, 1]), { window: 2, strides: [1, 0] }),
        'got {"window":[2,2],"strides":[1,0]',
      ],
      [
        "padding",
        () => maxPool2d(zeros([1, 4, 4, 1]), { window: 2, padding: 2 }),
        "maxPool2d: expected cells under every window [2, 2] (pad less than [[2,2],[2,2]]), got f32[1,4,4,1]",
      ],
      [
        "image",
        () => avgPool2d(zeros([1, 0, 4, 1]), { window: 2, padding: 1 }),
        "avgPool2d: expected cells under every window",
      ],
    ];
    test.each(bad)("says what is wrong with the %s", (_, run, message) => {
      expect(run).toThrow(message);
    });
  });
});
