import { js } from "@nn/backend-js";
import {
  gradient,
  jacobian,
  jit,
  lower,
  mul,
  square,
  sum,
  tanh,
  tensor,
  trace,
  vectorize,
  zeros,
  type Tensor,
} from "@nn/core";
import { operand, testPrimitive, type PrimitiveCase } from "@nn/testing";
import { describe, expect, test } from "vitest";
import {
  avgPool2d,
  conv2d,
  convPrimitives,
  maxPool2d,
  type ConvOptions,
  type ConvParams,
  type Pair,
} from "../src/index.ts";
import { convolutions, outputShape, quarters } from "./loops.ts";

const backend = js();
const none: ConvParams = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  groups: 1,
};

/** Shapes of an input and a filter, and params that leave every window a cell. */
interface Shapes {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly params: ConvParams;
}

const shapes: readonly Shapes[] = [
  { x: [2, 4, 5, 2], filter: [3, 2, 2, 3], params: none },
  { x: [1, 2, 3, 2], filter: [1, 1, 2, 2], params: none },
  { x: [1, 6, 5, 1], filter: [3, 2, 1, 2], params: { ...none, strides: [2, 3] } },
  { x: [1, 3, 3, 4], filter: [2, 2, 2, 6], params: { ...none, groups: 2 } },
  { x: [0, 4, 4, 2], filter: [3, 3, 2, 5], params: none },
  {
    x: [1, 4, 3, 2],
    filter: [2, 2, 2, 1],
    params: {
      strides: [1, 2],
      dilation: [2, 2],
      padding: [
        [0, 2],
        [3, 1],
      ],
      groups: 1,
    },
  },
  {
    x: [2, 3, 3, 3],
    filter: [2, 2, 1, 6],
    params: {
      ...none,
      padding: [
        [1, 0],
        [0, 1],
      ],
      groups: 3,
    },
  },
];

/** Shapes from random numbers. */
function someShapes(random: () => number): Shapes {
  const pick = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const two = (low: number, high: number): Pair => [pick(low, high), pick(low, high)];
  const [groups, window, dilation] = [pick(1, 2), two(1, 2), two(1, 2)];
  const lengths = window.map((cells, axis) => (cells - 1) * dilation[axis]! + pick(1, 2));
  const [channels, filters] = [groups * pick(1, 2), groups * pick(1, 2)];
  return {
    x: [pick(1, 2), ...lengths, channels],
    filter: [...window, channels / groups, filters],
    params: { strides: two(1, 2), padding: [two(0, 2), two(0, 2)], dilation, groups },
  };
}

/** A case for the primitive of a role (input, filter, output), with what the loops make of it. */
function caseOf(role: number, { x, filter, params }: Shapes): PrimitiveCase<ConvParams> {
  const all = [x, filter, outputShape(x, filter, filter[3]!, params)];
  const data = all.map((shape, i) => quarters(shape, i + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const operands = all.map((shape, i) => operand("f64", shape, data[i]!));
  return {
    inputs: operands.toSpliced(role, 1),
    params: role === 2 ? params : { ...params, shape: all[role]! },
    expected: [convolutions(x, filter, params, data)[role]!],
  };
}

convPrimitives.forEach((primitive, role) => {
  const [cases, wrong] = [shapes.map((some) => caseOf(role, some)), caseOf(role, shapes[0]!)];
  testPrimitive({
    primitive,
    generate: (random) => caseOf(role, someShapes(random)),
    known: cases,
    refused: [
      { ...wrong, inputs: wrong.inputs.toReversed() },
      { ...wrong, params: { ...wrong.params, groups: 2 } },
    ],
    exactness: "sum",
  });
});

test("convolutions and their gradients are exact in f32, however the window moves", () => {
  const pairs = { strides: [1, 2, 3], dilation: [1, 2], before: [0, 1, 3], groups: [1, 2, 4] };
  for (const stride of pairs.strides)
    for (const dilation of pairs.dilation)
      for (const before of pairs.before)
        for (const groups of pairs.groups) {
          const params: ConvParams = {
            strides: [stride, 2],
            dilation: [dilation, 1],
            padding: [
              [before, 2],
              [0, before],
            ],
            groups,
          };
          const x = [2, 6, 8, 4];
          const filter = [3, 2, 4 / groups, 8];
          const all = [x, filter, outputShape(x, filter, 8, params)];
          const data = all.map((shape, i) => quarters(shape, i + 1)) as never;
          const [a, b, g] = all.map((shape, i) =>
            tensor(backend, data[i]!, { shape, dtype: "f32" }),
          );
          const convolve = (p: Tensor, q: Tensor): Tensor => conv2d(p, q, params);
          const back = jit((p: Tensor, q: Tensor) =>
            gradient(([s, t]: readonly [Tensor, Tensor]) => sum(mul(convolve(s, t), g!)))([p, q]),
          );
          const found = [...back(a!, b!), convolve(a!, b!)].map((y) => [...y.readSync()]);
          const expected = convolutions(x, filter, params, data).map((numbers) => [...numbers]);
          expect(found, JSON.stringify(params)).toEqual(expected);
        }
});

describe("conv2d", () => {
  const random = (shape: readonly number[]): Tensor =>
    tensor(backend, quarters(shape, 7), { shape, dtype: "f64" });
  const names = (fn: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): string[] =>
    trace(fn, ...inputs).operations.map(({ primitive }) => primitive.name);

  const paddings: [ConvOptions, readonly number[], readonly number[], ConvParams["padding"]][] = [
    [
      { padding: "same" },
      [1, 4, 5, 1],
      [3, 2, 1, 2],
      [
        [1, 1],
        [0, 1],
      ],
    ],
    [
      { padding: "same", strides: 2 },
      [1, 5, 6, 1],
      [3, 3, 1, 1],
      [
        [1, 1],
        [0, 1],
      ],
    ],
    [{ padding: "valid" }, [1, 4, 5, 1], [3, 2, 1, 2], none.padding],
    [
      { padding: 1, dilation: [3, 1] },
      [1, 6, 5, 1],
      [2, 3, 1, 2],
      [
        [1, 1],
        [1, 1],
      ],
    ],
  ];
  test.each(paddings)("works padding out: %j", (options, x, filter, padding) => {
    const { operations } = trace((a, b) => conv2d(a, b, options), zeros(x), zeros(filter));
    expect(operations[0]!.params["padding"]).toEqual(padding);
  });

  test("stays among three primitives, however often it is differentiated", () => {
    const once = (a: Tensor, b: Tensor): Tensor => sum(mul(conv2d(a, b), conv2d(a, b)));
    const slope = gradient(once);
    const second = names(
      (a, b) => gradient((c: Tensor) => sum(mul(slope(a!, c), slope(a!, c))))(b!),
      random([1, 3, 3, 1]),
      random([2, 2, 1, 1]),
    );
    expect(new Set(second.filter((name) => name.startsWith("@nn/conv#")))).toEqual(
      new Set(convPrimitives.map(({ name }) => name)),
    );
    expect(second).not.toContain("gather");
  });

  test("folds a batch of images, of filters and of both into one convolution", () => {
    const inputs = [random([3, 1, 3, 3, 2]), random([3, 2, 2, 2, 2])] as const;
    for (const axes of [
      [0, null],
      [null, 0],
      [0, 0],
    ] as const) {
      const shared = inputs.map((x, i) => (axes[i] === 0 ? x : random(x.shape.slice(1))));
      const found = names(
        (a, b) => vectorize((p: Tensor, q: Tensor) => conv2d(p, q), { axes })(a!, b!),
        ...shared,
      );
      expect(found.filter((name) => !["reshape", "transpose"].includes(name))).toEqual([
        "@nn/conv#conv2d",
      ]);
    }
  });

  test("takes batches of no examples", () => {
    for (const axes of [
      [0, null],
      [null, 0],
      [0, 0],
    ] as const) {
      const inputs = [zeros([1, 3, 3, 2]), zeros([2, 2, 2, 4])].map((x, i) =>
        axes[i] === 0 ? zeros([0, ...x.shape]) : x,
      );
      const convolve = vectorize((a: Tensor, b: Tensor) => conv2d(a, b), { axes });
      expect(convolve(inputs[0]!, inputs[1]!).shape).toEqual([0, 1, 2, 2, 4]);
      const slope = vectorize(
        gradient((a: Tensor, b: Tensor) => sum(square(conv2d(a, b)))),
        { axes },
      );
      expect(slope(inputs[0]!, inputs[1]!).shape).toEqual([0, 1, 3, 3, 2]);
    }
  });

  test("lowers to the basis without anything that is not read", () => {
    const program = trace(
      (a: Tensor, f: Tensor) => gradient((b: Tensor) => sum(conv2d(b, f)))(a),
      random([1, 3, 3, 1]),
      random([2, 2, 1, 1]),
    );
    const lowered = lower(program, (name) => !name.startsWith("@nn/conv#"));
    const found = lowered.operations.map(({ primitive }) => primitive.name);
    expect(found.filter((name) => name === "matmul").length).toBe(1);
    expect(found).not.toContain("gather");
  });

  test("the Hessian of a convolutional net is symmetric, and nets are batched", () => {
    const net = (filter: Tensor, images: Tensor): Tensor => {
      const smooth = avgPool2d(tanh(conv2d(images, filter, { padding: "same" })), { window: 2 });
      return sum(mul(smooth, maxPool2d(conv2d(images, filter), { window: 2, padding: "same" })));
    };
    const [x, filter] = [random([1, 4, 4, 1]), random([2, 2, 1, 2])];
    const hessian = jacobian((f: Tensor) => gradient(net)(f, x))(filter).readSync();
    hessian.forEach((value, i) => expect(value).toBeCloseTo(hessian[(i % 8) * 8 + (i >> 3)]!, 10));
    const perImage = vectorize((image: Tensor) => gradient(net)(filter, image));
    expect(perImage(random([3, 1, 4, 4, 1])).shape).toEqual([3, 2, 2, 1, 2]);
  });

  test("takes images of no channels", () => {
    const y = conv2d(random([2, 4, 4, 0]), random([3, 3, 0, 1]));
    expect([...y.readSync()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  const x = zeros([1, 5, 5, 4]);
  const filter = zeros([3, 3, 4, 8]);
  const bad: [string, () => Tensor, string][] = [
    [
      "rank",
      () => conv2d(zeros([5, 5, 4]), filter),
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
    ["no groups", () => conv2d(x, filter, { groups: 0 }), "filters in 0 groups"],
    [
      "strides",
      () => conv2d(x, filter, { strides: 0 }),
      "conv2d: expected two whole numbers from 1 each",
    ],
    [
      "dilation",
      () => conv2d(x, filter, { dilation: [1, 1.5] }),
      '"strides":[1,1],"dilation":[1,1.5]',
    ],
    [
      "padding",
      () => conv2d(x, filter, { padding: [1, 1] as never }),
      'padding "same", "valid", from 0 or [[top, bottom], [left, right]], got {"window":[3,3],"strides":[1,1],"dilation":[1,1],"padding":[1,1]}',
    ],
    ["negative padding", () => conv2d(x, filter, { padding: -1 }), '"padding":[[-1,-1],[-1,-1]]'],
    [
      "spelling",
      () => conv2d(x, filter, { padding: "Same" as never }),
      '"padding":["Same","Same"]',
    ],
    [
      "window",
      () => conv2d(x, filter, { dilation: 3 }),
      "conv2d: expected a window of up to 5 cells, padding included, got 7",
    ],
  ];
  test.each(bad)("says what is wrong with the %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
