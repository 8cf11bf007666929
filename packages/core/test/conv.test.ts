import {
  conv2d,
  gradient,
  lower,
  mul,
  sum,
  tensor,
  trace,
  zeros,
  type ConvOptions,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import { expectClose, expectGradients, expectVectorized, random, values } from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  interface Case {
    readonly title: string;
    readonly x: readonly [number, number, number, number];
    readonly filter: readonly [number, number, number, number];
    readonly options: ConvOptions;
    /** What `options.padding` amounts to. */
    readonly padding: readonly [readonly [number, number], readonly [number, number]];
  }

  const none = [
    [0, 0],
    [0, 0],
  ] as const;

  const cases: Case[] = [
    { title: "plain", x: [2, 4, 5, 2], filter: [3, 2, 2, 3], options: {}, padding: none },
    { title: "one by one", x: [1, 2, 3, 2], filter: [1, 1, 2, 2], options: {}, padding: none },
    {
      title: "same",
      x: [1, 4, 5, 1],
      filter: [3, 2, 1, 2],
      options: { padding: "same" },
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
    {
      title: "same with strides",
      x: [1, 5, 6, 1],
      filter: [3, 3, 1, 1],
      options: { padding: "same", strides: 2 },
      padding: [
        [1, 1],
        [0, 1],
      ],
    },
    {
      title: "strides that leave cells over",
      x: [1, 6, 5, 1],
      filter: [3, 2, 1, 2],
      options: { strides: [2, 3] },
      padding: none,
    },
    {
      title: "dilation",
      x: [1, 6, 5, 1],
      filter: [2, 3, 1, 2],
      options: { dilation: [3, 1], padding: 1 },
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
    {
      title: "padding of its own on every side, with strides and dilation",
      x: [1, 4, 3, 2],
      filter: [2, 2, 2, 1],
      options: {
        padding: [
          [0, 2],
          [3, 1],
        ],
        strides: [1, 2],
        dilation: 2,
      },
      padding: [
        [0, 2],
        [3, 1],
      ],
    },
    {
      title: "groups",
      x: [1, 3, 3, 4],
      filter: [2, 2, 2, 6],
      options: { groups: 2 },
      padding: none,
    },
    {
      title: "one group per channel",
      x: [2, 3, 3, 3],
      filter: [2, 2, 1, 6],
      options: {
        groups: 3,
        padding: [
          [1, 0],
          [0, 1],
        ],
      },
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
  ];

  /** The definition, as a loop. */
  function direct(
    x: Tensor,
    filter: Tensor,
    { options, padding }: Case,
  ): { shape: number[]; data: number[] } {
    const pair = (value: number | readonly [number, number] = 1): readonly [number, number] =>
      typeof value === "number" ? [value, value] : value;
    const [strides, dilation, groups] = [
      pair(options.strides),
      pair(options.dilation),
      options.groups ?? 1,
    ];
    const [n, h, w, channels] = x.shape as [number, number, number, number];
    const [kh, kw, inner, filters] = filter.shape as [number, number, number, number];
    const lengths = [h, w].map((length, axis) => {
      const extent = ([kh, kw][axis]! - 1) * dilation[axis]! + 1;
      return (
        Math.floor((length + padding[axis]![0] + padding[axis]![1] - extent) / strides[axis]!) + 1
      );
    });
    const [xs, fs] = [values(x), values(filter)];
    const data: number[] = [];
    for (let b = 0; b < n; b++)
      for (let oy = 0; oy < lengths[0]!; oy++)
        for (let ox = 0; ox < lengths[1]!; ox++)
          for (let f = 0; f < filters; f++) {
            const firstChannel = Math.floor(f / (filters / groups)) * inner;
            let total = 0;
            for (let ky = 0; ky < kh; ky++)
              for (let kx = 0; kx < kw; kx++)
                for (let c = 0; c < inner; c++) {
                  const y = oy * strides[0] + ky * dilation[0] - padding[0][0];
                  const z = ox * strides[1] + kx * dilation[1] - padding[1][0];
                  if (y < 0 || y >= h || z < 0 || z >= w) continue;
                  const at = ((b * h + y) * w + z) * channels + firstChannel + c;
                  total += xs[at]! * fs[((ky * kw + kx) * inner + c) * filters + f]!;
                }
            data.push(total);
          }
    return { shape: [n, ...lengths, filters], data };
  }

  describe.each(cases)("conv2d: $title", (one) => {
    const x = random(backend, one.x, 1);
    const filter = random(backend, one.filter, 2);
    const run = (a: Tensor, b: Tensor): Tensor => conv2d(a, b, one.options);

    test("equals the definition", () => {
      const expected = direct(x, filter, one);
      const actual = run(x, filter);
      expect(actual.shape).toEqual(expected.shape);
      expectClose(values(actual), expected.data);
    });

    test("has the first and second derivatives of central differences", () => {
      expectGradients(run, [x, filter]);
    });

    test("equals a loop when vectorized", () => {
      expectVectorized(run, [x, filter]);
    });

    test("has gradients that equal a loop when vectorized", () => {
      const g = random(backend, direct(x, filter, one).shape, 3);
      for (const part of [0, 1])
        expectVectorized(
          (a, b, c) => gradient(([p, q]: Tensor[]) => sum(mul(run(p!, q!), c)))([a, b])[part]!,
          [x, filter, g],
        );
    });
  });

  describe("conv2d", () => {
    test("stays among three primitives, however often it is differentiated", () => {
      const x = random(backend, [1, 3, 3, 1]);
      const filter = random(backend, [2, 2, 1, 1]);
      const once = (a: Tensor, b: Tensor): Tensor => sum(mul(conv2d(a, b), conv2d(a, b)));
      const slope = gradient(once);
      const names = (fn: (a: Tensor, b: Tensor) => Tensor): string[] =>
        trace(fn, x, filter).operations.map(({ primitive }) => primitive.name);
      const second = names((a, b) =>
        gradient((c: Tensor) => sum(mul(slope(a, c), slope(a, c))))(b),
      );
      expect(new Set(second.filter((name) => name.startsWith("conv")))).toEqual(
        new Set(["conv2d", "conv2dInputGradient", "conv2dFilterGradient"]),
      );
      expect(second).not.toContain("gather");
    });

    test("folds a batch of images, of filters and of both into one convolution", () => {
      const x = random(backend, [1, 3, 3, 2]);
      const filter = random(backend, [2, 2, 2, 2]);
      expectVectorized(
        (a, b) => {
          expect(trace((p: Tensor, q: Tensor) => conv2d(p, q), a, b).operations.length).toBe(1);
          return conv2d(a, b);
        },
        [x, filter],
      );
    });

    test("lowers to the basis without anything that is not read", () => {
      const x = random(backend, [1, 3, 3, 1]);
      const filter = random(backend, [2, 2, 1, 1]);
      const program = trace(
        (a: Tensor, f: Tensor) => gradient((b: Tensor) => sum(conv2d(b, f)))(a),
        x,
        filter,
      );
      const names = lower(program, (name) => !name.startsWith("conv")).operations.map(
        ({ primitive }) => primitive.name,
      );
      expect(names.filter((name) => name === "matmul").length).toBe(1);
      expect(names).not.toContain("gather");
    });

    test("takes a batch of no images", () => {
      expect(conv2d(random(backend, [0, 4, 4, 2]), random(backend, [3, 3, 2, 5])).shape).toEqual([
        0, 2, 2, 5,
      ]);
      expect(conv2d(random(backend, [2, 4, 4, 0]), random(backend, [3, 3, 0, 1])).shape).toEqual([
        2, 2, 2, 1,
      ]);
    });

    test("works in f32", () => {
      const x = tensor(backend, [
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ]);
      const filter = tensor(backend, [
        [[[1]], [[10]]],
        [[[100]], [[1000]]],
      ]);
      expect(values(conv2d(x, filter))).toEqual([4321]);
      expect(conv2d(x, filter).dtype).toBe("f32");
    });

    const x = zeros([1, 5, 5, 4]);
    const bad: [string, () => Tensor, string][] = [
      [
        "rank",
        () => conv2d(zeros([5, 5, 4]), zeros([3, 3, 4, 8])),
        "expected an input [batch, height, width, channels] and a filter [height, width, channels / 1, filters in 1 groups], got [5, 5, 4] and [3, 3, 4, 8]",
      ],
      [
        "dtype",
        () => conv2d(x, zeros([3, 3, 4, 8], "f64")),
        "conv2d: expected f32 or f64, all the same (cast() first), got f32[1,5,5,4] and f64[3,3,4,8]",
      ],
      [
        "channels",
        () => conv2d(x, zeros([3, 3, 3, 8])),
        "channels / 1, filters in 1 groups], got [1, 5, 5, 4] and [3, 3, 3, 8]",
      ],
      [
        "groups",
        () => conv2d(x, zeros([3, 3, 2, 3]), { groups: 2 }),
        "channels / 2, filters in 2 groups], got [1, 5, 5, 4] and [3, 3, 2, 3]",
      ],
      [
        "fractional groups",
        () => conv2d(x, zeros([3, 3, 8, 8]), { groups: 0.5 }),
        "filters in 0.5 groups",
      ],
      ["no groups", () => conv2d(x, zeros([3, 3, 4, 8]), { groups: 0 }), "filters in 0 groups"],
      [
        "strides",
        () => conv2d(x, zeros([3, 3, 4, 8]), { strides: 0 }),
        "conv2d: expected two whole numbers from 1 each",
      ],
      [
        "dilation",
        () => conv2d(x, zeros([3, 3, 4, 8]), { dilation: [1, 1.5] }),
        '"strides":[1,1],"dilation":[1,1.5]',
      ],
      [
        "padding",
        () => conv2d(x, zeros([3, 3, 4, 8]), { padding: [1, 1] as never }),
        'padding "same", "valid", from 0 or [[top, bottom], [left, right]], got {"window":[3,3],"strides":[1,1],"dilation":[1,1],"padding":[1,1]}',
      ],
      [
        "negative padding",
        () => conv2d(x, zeros([3, 3, 4, 8]), { padding: -1 }),
        '"padding":[[-1,-1],[-1,-1]]',
      ],
      [
        "spelling",
        () => conv2d(x, zeros([3, 3, 4, 8]), { padding: "Same" as never }),
        '"padding":["Same","Same"]',
      ],
      [
        "window",
        () => conv2d(x, zeros([3, 3, 4, 8]), { dilation: 3 }),
        "conv2d: expected a window of up to 5 cells, padding included, got 7",
      ],
    ];
    test.each(bad)("says what is wrong with the %s", (_, run, message) => {
      expect(run).toThrow(message);
    });
  });
});
