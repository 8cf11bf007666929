import { js } from "@nn/backend-js";
import { gradient, sum, tensor, trace, vectorize, zeros, type Tensor } from "@nn/core";
import { operand, testPrimitive, type PrimitiveCase } from "@nn/testing";
import { describe, expect, test } from "vitest";
import { avgPool2d, maxPool2d, poolPrimitives, type Pair, type PoolParams } from "../src/index.ts";
import { numbers, outputShape, quarters, seenCells, sizeOf } from "./loops.ts";

const backend = js();

interface Shapes {
  readonly x: readonly number[];
  readonly params: PoolParams;
}

const none: PoolParams["padding"] = [
  [0, 0],
  [0, 0],
];
const shapes: readonly Shapes[] = [
  { x: [2, 4, 6, 2], params: { window: [2, 2], strides: [2, 2], padding: none } },
  { x: [1, 6, 5, 2], params: { window: [3, 2], strides: [2, 1], padding: none } },
  { x: [2, 3, 2, 3], params: { window: [3, 2], strides: [1, 1], padding: none } },
  { x: [0, 4, 4, 2], params: { window: [2, 2], strides: [2, 2], padding: none } },
  {
    x: [1, 3, 4, 1],
    params: {
      window: [2, 4],
      strides: [1, 1],
      padding: [
        [1, 0],
        [3, 2],
      ],
    },
  },
];

/** Shapes from random numbers. */
function someShapes(random: () => number): Shapes {
  const pick = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const window: Pair = [pick(1, 3), pick(1, 3)];
  const around = (axis: 0 | 1): Pair => [pick(0, window[axis] - 1), pick(0, window[axis] - 1)];
  return {
    x: [pick(1, 2), window[0] + pick(0, 2), window[1] + pick(0, 2), pick(1, 2)],
    params: { window, strides: [pick(1, 2), pick(1, 2)], padding: [around(0), around(1)] },
  };
}

/** Numbers of which no two are close: finite differences meet no kink. */
function distinct(length: number): Float64Array {
  const next = numbers(5);
  const order = Array.from({ length }, () => next(1e6));
  return Float64Array.from(order, (number, i) => (number % 97) / 8 + i * 13.25);
}

/** A case for a pooling or its gradient, with what the loops make of it. */
function caseOf(
  isMax: boolean,
  isGradient: boolean,
  { x, params }: Shapes,
): PrimitiveCase<PoolParams> {
  const image = distinct(sizeOf(x));
  const gShape = outputShape(x, params.window, x[3]!, params);
  const g = quarters(gShape, 3);
  const output = new Float64Array(g.length);
  const back = new Float64Array(image.length);
  seenCells(x, params).forEach((cells, i) => {
    const best = Math.max(...cells.map((at) => image[at]!));
    const mean = cells.reduce((total, at) => total + image[at]!, 0) / cells.length;
    output[i] = isMax ? best : mean;
    if (isMax) back[cells.find((at) => image[at] === best)!]! += g[i]!;
    else for (const at of cells) back[at]! += g[i]! / cells.length;
  });
  const operands = [operand("f64", x, image), operand("f64", gShape, g)];
  return isGradient
    ? {
        inputs: operands.slice(isMax ? 0 : 1),
        params: { ...params, shape: x },
        expected: [back],
      }
    : { inputs: operands.slice(0, 1), params, expected: [output] };
}

poolPrimitives.forEach((primitive, i) => {
  const make = (some: Shapes): PrimitiveCase<PoolParams> => caseOf(i < 2, i % 2 === 1, some);
  testPrimitive({
    primitive,
    generate: (random) => make(someShapes(random)),
    known: shapes.map(make),
    refused: [{ ...make(shapes[0]!), inputs: [operand("f64", [2, 2], [1, 2, 3, 4])] }],
    exactness: "sum",
  });
});

describe("pooling", () => {
  const values = (x: Tensor): number[] => [...x.readSync()];

  test("of equal cells, the first gets the gradient", () => {
    const x = tensor(backend, [1, 2, 2, 2], { shape: [1, 2, 2, 1] });
    const slope = gradient((a: Tensor) => sum(maxPool2d(a, { window: 2 })));
    expect(values(slope(x))).toEqual([0, 1, 0, 0]);
  });

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

  test("moves by the window unless strides say otherwise, and works padding out", () => {
    const { operations } = trace(
      (a) => avgPool2d(a, { window: [3, 2], padding: "same" }),
      zeros([1, 5, 4, 1]),
    );
    expect(operations[0]!.params).toEqual({
      window: [3, 2],
      strides: [3, 2],
      padding: [
        [0, 1],
        [0, 0],
      ],
    });
    expect(maxPool2d(zeros([1, 5, 4, 1]), { window: 3, strides: 1 }).shape).toEqual([1, 3, 2, 1]);
    const unset = { window: 2, strides: undefined } as never;
    expect(maxPool2d(zeros([1, 4, 4, 1]), unset).shape).toEqual([1, 2, 2, 1]);
  });

  test("the gradient is one primitive, and the average does not keep its input", () => {
    const names = (pool: typeof maxPool2d): string[] =>
      trace(
        (a: Tensor) => gradient((b: Tensor) => sum(pool(b, { window: 2 })))(a),
        zeros([1, 4, 4, 1]),
      ).operations.map((op) => op.primitive.name);
    expect(names(maxPool2d)).toContain("@nn/conv#maxPool2dGradient");
    const average = names(avgPool2d).filter((name) => name !== "full");
    expect(average).toEqual(["@nn/conv#avgPool2dGradient"]);
  });

  test("takes batches of no examples", () => {
    for (const pool of [maxPool2d, avgPool2d]) {
      const pooled = (a: Tensor): Tensor => pool(a, { window: 2 });
      const x = zeros([0, 3, 4, 4, 2]);
      expect(vectorize(pooled)(x).shape).toEqual([0, 3, 2, 2, 2]);
      expect(vectorize(gradient((a: Tensor) => sum(pooled(a))))(x).shape).toEqual(x.shape);
    }
  });

  test("takes images of no channels", () => {
    for (const pool of [maxPool2d, avgPool2d]) {
      const x = tensor(backend, new Float32Array(0), { shape: [1, 4, 4, 0] });
      expect(pool(x, { window: 2 }).shape).toEqual([1, 2, 2, 0]);
      expect(gradient((a: Tensor) => sum(pool(a, { window: 2 })))(x).shape).toEqual(x.shape);
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
