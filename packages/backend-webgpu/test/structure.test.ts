import {
  broadcastTo,
  concatenate,
  gather,
  pad,
  reshape,
  reverse,
  scatterAdd,
  sizeOf,
  slice,
  tensor,
  transpose,
  type DType,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";
import { open } from "./open.ts";
import { coordinates, expectTensor, integer, place, random } from "./reference.ts";

const { backend } = await open();

/** A tensor whose elements all differ, in a dtype and beyond what f32 holds where that is possible. */
function numbered(shape: readonly number[], dtype: DType = "i32"): { x: Tensor; data: number[] } {
  const first = dtype === "i32" ? 16777217 : 1;
  const data = Array.from({ length: sizeOf(shape) }, (_, i) =>
    dtype === "bool" ? i % 2 : (first + i) % 2 ** 31,
  );
  return { x: tensor(backend, Float64Array.from(data), { shape, dtype }), data };
}

/** Ranks 0 to 9, with and without axes of length 1 and 0. */
const shapes = [
  [],
  [5],
  [1],
  [3, 4],
  [2, 1, 3],
  [2, 3, 2, 2],
  [1, 2, 1, 2, 3],
  [2, 2, 2, 2, 2, 2, 2, 2, 2],
  [0],
  [3, 0, 2],
];

function shuffled(next: () => number, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = integer(next, 0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

describe("moving elements", () => {
  test("transpose", async () => {
    const next = random(3);
    for (const shape of shapes)
      for (const dtype of ["f32", "i32", "bool"] as const) {
        const { x, data } = numbered(shape, dtype);
        const order = shuffled(next, shape.length);
        const result = order.map((axis) => shape[axis]!);
        const wanted = coordinates(result).map(
          (at) =>
            data[
              place(
                shape,
                order.map((_, axis) => at[order.indexOf(axis)]!),
              )
            ]!,
        );
        await expectTensor(transpose(x, order), result, wanted, 0, `${dtype} by ${order}`);
      }
  });

  test("slice", async () => {
    const next = random(4);
    for (const shape of shapes)
      for (let round = 0; round < 3; round++) {
        const { x, data } = numbered(shape);
        const starts = shape.map((length) => integer(next, 0, length));
        const sizes = shape.map((length, axis) => integer(next, 0, length - starts[axis]!));
        const wanted = coordinates(sizes).map(
          (at) =>
            data[
              place(
                shape,
                at.map((c, axis) => c + starts[axis]!),
              )
            ]!,
        );
        await expectTensor(slice(x, starts, sizes), sizes, wanted, 0, `${starts} ${sizes}`);
      }
  });

  test("reverse", async () => {
    const next = random(5);
    for (const shape of shapes) {
      const { x, data } = numbered(shape);
      const axes = shape.map((_, axis) => axis).filter(() => next() < 0.5);
      const wanted = coordinates(shape).map(
        (at) =>
          data[
            place(
              shape,
              at.map((c, axis) => (axes.includes(axis) ? shape[axis]! - 1 - c : c)),
            )
          ]!,
      );
      await expectTensor(reverse(x, axes), shape, wanted, 0, `${axes}`);
    }
  });

  test("broadcastTo", async () => {
    for (const [from, to] of [
      [[], [2, 3]],
      [[3], [2, 3]],
      [
        [2, 1],
        [2, 4],
      ],
      [
        [1, 3, 1],
        [2, 2, 3, 2],
      ],
      [[1], [0, 4]],
      [
        [2, 1, 2, 1, 2, 1, 2],
        [2, 3, 2, 3, 2, 3, 2],
      ],
    ] as const) {
      const { x, data } = numbered(from);
      await expectTensor(
        broadcastTo(x, to),
        to,
        coordinates(to).map((at) => data[place(from, at)]!),
      );
    }
  });

  test("pad", async () => {
    const next = random(6);
    for (const shape of shapes)
      for (const [dtype, value] of [
        ["f32", NaN],
        ["f32", -Infinity],
        ["i32", 16777219],
        ["bool", 1],
      ] as const) {
        const { x, data } = numbered(shape, dtype);
        const low = shape.map(() => integer(next, 0, 2));
        const high = shape.map(() => integer(next, 0, 1));
        const result = shape.map((length, axis) => length + low[axis]! + high[axis]!);
        const wanted = coordinates(result).map((at) => {
          const from = at.map((c, axis) => c - low[axis]!);
          return from.every((c, axis) => c >= 0 && c < shape[axis]!)
            ? data[place(shape, from)]!
            : value;
        });
        await expectTensor(pad(x, low, high, value), result, wanted, 0, `${dtype} ${low} ${high}`);
      }
  });

  test("concat", async () => {
    for (const [axis, list] of [
      [
        0,
        [
          [2, 3],
          [1, 3],
          [4, 3],
        ],
      ],
      [
        1,
        [
          [2, 3],
          [2, 0],
          [2, 1],
        ],
      ],
      [
        2,
        [
          [2, 2, 1, 2],
          [2, 2, 3, 2],
        ],
      ],
      [
        0,
        [
          [0, 2],
          [0, 2],
        ],
      ],
      [0, [[3], [0]]],
    ] as const) {
      const parts = list.map((shape) => numbered(shape));
      const length = list.reduce((sum, shape) => sum + shape[axis]!, 0);
      const result = list[0]!.map((n, a) => (a === axis ? length : n));
      const wanted = coordinates(result).map((at) => {
        let along = at[axis]!;
        const part = list.findIndex(
          (shape) => along < shape[axis]! || ((along -= shape[axis]!), false),
        );
        return parts[part]!.data[
          place(
            list[part]!,
            at.map((c, a) => (a === axis ? along : c)),
          )
        ]!;
      });
      await expectTensor(
        concatenate(
          parts.map(({ x }) => x),
          axis,
        ),
        result,
        wanted,
      );
    }
  });

  test("forty pieces become one", async () => {
    const pieces = Array.from({ length: 40 }, (_, i) => tensor(backend, [i, i + 0.5]));
    await expectTensor(
      concatenate(pieces),
      [80],
      pieces.flatMap((_, i) => [i, i + 0.5]),
    );
  });

  test("a reshaped tensor outlives the one it was made from", async () => {
    const { x, data } = numbered([2, 6]);
    const y = reshape(x, [3, 4]);
    x.dispose();
    await expectTensor(y, [3, 4], data);
  });

  test("bits stay what they are: NaN's payload, -0 and denormals", async () => {
    const bits = new Uint32Array([0x7fc12345, 0x80000000, 1, 0x7f800000]);
    const x = tensor(backend, new Float32Array(bits.buffer));
    const result = (await reverse(x).read()) as Float32Array;
    expect(new Uint32Array(result.buffer)).toEqual(bits.toReversed());
  });

  test("more elements than a dispatch has workgroups in one direction", async () => {
    const size = 65_535 * 64 + 3;
    const x = tensor(
      backend,
      Int32Array.from({ length: size }, (_, i) => i),
    );
    const y = (await reverse(x).read()) as Int32Array;
    expect([y[0], y[1000], y[size - 1]]).toEqual([size - 1, size - 1001, 0]);
  });
});

describe("gather and scatterAdd", () => {
  test("agree with JavaScript along every axis, with indices outside", async () => {
    const next = random(7);
    for (const shape of [[5], [4, 3], [2, 3, 4], [3, 1, 2, 2], [0, 2], [2, 0]])
      for (let axis = 0; axis < shape.length; axis++)
        for (const indexShape of [[], [6], [2, 3], [0]]) {
          const length = shape[axis]!;
          const indices = Array.from({ length: sizeOf(indexShape) }, () =>
            integer(next, -2, length + 1),
          );
          const at = tensor(backend, Int32Array.from(indices), { shape: indexShape });
          const result = [...shape.slice(0, axis), ...indexShape, ...shape.slice(axis + 1)];
          const rowOf = (c: readonly number[]): number =>
            indices[place(indexShape, c.slice(axis, axis + indexShape.length))]!;
          const source = (c: readonly number[]): number[] => [
            ...c.slice(0, axis),
            rowOf(c),
            ...c.slice(axis + indexShape.length),
          ];
          const inside = (c: readonly number[]): boolean => rowOf(c) >= 0 && rowOf(c) < length;
          for (const dtype of ["i32", "f32"] as const) {
            const { x, data } = numbered(shape, dtype);
            const note = `${dtype} [${shape}] at [${indexShape}] along ${axis}`;
            const gathered = coordinates(result).map((c) =>
              inside(c) ? data[place(shape, source(c))]! : 0,
            );
            await expectTensor(gather(x, at, axis), result, gathered, 0, note);
            const updates = numbered(result, dtype);
            const wanted = [...data];
            coordinates(result).forEach((c, i) => {
              if (!inside(c)) return;
              const to = place(shape, source(c));
              wanted[to] =
                dtype === "i32"
                  ? (wanted[to]! + updates.data[i]!) | 0
                  : wanted[to]! + updates.data[i]!;
            });
            await expectTensor(scatterAdd(x, at, updates.x, axis), shape, wanted, 0, note);
          }
        }
  });

  test("an index outside gives 0, also where NaN is near", async () => {
    const x = tensor(backend, [NaN, 1, NaN]);
    await expectTensor(
      gather(x, tensor(backend, Int32Array.of(-1, 3, 1, 2147483647))),
      [4],
      [0, 0, 1, 0],
    );
    const bytes = tensor(backend, Uint8Array.of(7, 8, 9));
    await expectTensor(gather(bytes, tensor(backend, Int32Array.of(2, 5))), [2], [9, 0]);
  });

  test("updates of one element are added in the same order every time", async () => {
    const next = random(8);
    const updates = tensor(
      backend,
      Float32Array.from({ length: 500 }, () => (next() - 0.5) * 1e4),
    );
    const at = tensor(backend, new Int32Array(500));
    const results = await Promise.all(
      Array.from({ length: 5 }, () => scatterAdd(tensor(backend, [0, 1]), at, updates).read()),
    );
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
