import { argMax, matmul, max, min, sizeOf, sum, tensor, type Tensor } from "@nn/core";
import { describe, expect, test } from "vitest";
import { open } from "./open.ts";
import { coordinates, expectTensor, place, random } from "./reference.ts";

const { backend } = await open();

const reductions: readonly (readonly [shape: readonly number[], axes: readonly number[]])[] = [
  [[7], [0]],
  [[1], [0]],
  [[3, 4], [0]],
  [[3, 4], [1]],
  [
    [3, 4],
    [0, 1],
  ],
  [[128, 16], [0]],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 1, 3, 2, 2, 1, 2],
    [1, 2, 4, 6],
  ],
  [[1000], [0]],
  [[3, 2000], [1]],
  [[0, 3], [1]],
];

function data(next: () => number, size: number): number[] {
  return Array.from({ length: size }, () => Math.fround((next() - 0.5) * 8));
}

/** The elements that each result comes from, by the index of the result. */
function groups(
  shape: readonly number[],
  axes: readonly number[],
): { shape: number[]; members: number[][] } {
  const result = shape.filter((_, axis) => !axes.includes(axis));
  const members: number[][] = Array.from({ length: sizeOf(result) }, () => []);
  coordinates(shape).forEach((at, i) =>
    members[
      place(
        result,
        at.filter((_, axis) => !axes.includes(axis)),
      )
    ]!.push(i),
  );
  return { shape: result, members };
}

describe("reductions", () => {
  test("sum and max agree with JavaScript over all kinds of axes", async () => {
    const next = random(11);
    for (const [shape, axes] of reductions) {
      const values = data(next, sizeOf(shape));
      const whole = values.map((v) => Math.trunc(v * 3e8));
      const f32 = tensor(backend, Float32Array.from(values), { shape });
      const i32 = tensor(backend, Int32Array.from(whole), { shape });
      const { shape: result, members } = groups(shape, axes);
      const add = (list: number[], from: number[]): number =>
        list.reduce((total, i) => total + from[i]!, 0);
      const note = `[${shape}] over ${axes}`;
      await expectTensor(
        sum(f32, axes),
        result,
        members.map((list) => add(list, values)),
        2e-6,
        note,
      );
      await expectTensor(
        sum(i32, axes),
        result,
        members.map((list) => add(list, whole) | 0),
        0,
        note,
      );
      if (axes.some((axis) => shape[axis] === 0)) continue;
      await expectTensor(
        max(f32, axes),
        result,
        members.map((list) => Math.max(...list.map((i) => values[i]!))),
        0,
        note,
      );
      await expectTensor(
        max(i32, axes),
        result,
        members.map((list) => Math.max(...list.map((i) => whole[i]!))),
        0,
        note,
      );
      await expectTensor(
        min(i32, axes),
        result,
        members.map((list) => Math.min(...list.map((i) => whole[i]!))),
        0,
        note,
      );
    }
  });

  test("a sum over nothing is 0", async () => {
    await expectTensor(
      sum(tensor(backend, new Float32Array(0), { shape: [2, 0] }), 1),
      [2],
      [0, 0],
    );
    await expectTensor(sum(tensor(backend, new Int32Array(0))), [], [0]);
  });

  test("max is NaN where an element is NaN, wherever it stands", async () => {
    for (const length of [1, 2, 31, 500])
      for (const at of new Set([0, length >> 1, length - 1])) {
        const values = Float32Array.from({ length }, (_, i) => (i === at ? NaN : -i));
        await expectTensor(max(tensor(backend, values)), [], [NaN]);
        await expectTensor(argMax(tensor(backend, values)), [], [at]);
      }
    await expectTensor(max(tensor(backend, [-Infinity, -Infinity])), [], [-Infinity]);
  });

  test("argMax finds the first of equal elements along any axis", async () => {
    const next = random(12);
    for (const [shape, axis] of [
      [[40], 0],
      [[3, 50], 1],
      [[50, 3], 0],
      [[2, 5, 3], 1],
    ] as const)
      for (const dtype of ["f32", "i32"] as const) {
        const values = Array.from(
          { length: sizeOf(shape) },
          () => Math.floor(next() * 4) + (dtype === "i32" ? 16777216 : 0),
        );
        const x = tensor(backend, Float64Array.from(values), { shape, dtype });
        const { shape: result, members } = groups(shape, [axis]);
        const wanted = members.map((list) => {
          const along = list.map((i) => values[i]!);
          return along.indexOf(Math.max(...along));
        });
        await expectTensor(argMax(x, axis), result, wanted, 0, `${dtype} [${shape}]`);
      }
  });

  test("more rows than a dispatch has workgroups in one direction", async () => {
    const rows = 70_000;
    const x = tensor(
      backend,
      Float32Array.from({ length: rows * 2 }, (_, i) => i % 1000),
      { shape: [rows, 2] },
    );
    const y = await sum(x, 1).read();
    expect(y.every((value, row) => value === ((2 * row) % 1000) + ((2 * row + 1) % 1000))).toBe(
      true,
    );
  });
});

describe("matmul", () => {
  const cases: readonly (readonly [a: readonly number[], b: readonly number[]])[] = [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [4, 2],
      [2, 3],
    ],
    [
      [17, 33],
      [33, 9],
    ],
    [
      [1, 2500],
      [2500, 3],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 1, 3, 4],
      [1, 3, 4, 5],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
    [
      [1, 2, 1, 1, 2, 1, 3, 2],
      [2, 1, 1, 1, 2, 1, 2, 3],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [
      [0, 2],
      [2, 3],
    ],
    [
      [0, 2, 2],
      [2, 2],
    ],
  ];
  const swapped = (shape: readonly number[]): number[] => [
    ...shape.slice(0, -2),
    shape.at(-1)!,
    shape.at(-2)!,
  ];

  test("agrees with JavaScript for all broadcasts and transposes", async () => {
    const next = random(13);
    for (const [left, right] of cases)
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          const leftShape = transposeA ? swapped(left) : left;
          const rightShape = transposeB ? swapped(right) : right;
          const a = data(next, sizeOf(left));
          const b = data(next, sizeOf(right));
          const rank = Math.max(left.length, right.length);
          const leading = Array.from({ length: rank - 2 }, (_, axis) => {
            const of = (shape: readonly number[]): number => shape[axis - rank + shape.length] ?? 1;
            return of(left) === 1 ? of(right) : of(left);
          });
          const shape = [...leading, left.at(-2)!, right.at(-1)!];
          const wanted = coordinates(shape).map((at) => {
            const [head, m, n] = [at.slice(0, -2), at.at(-2)!, at.at(-1)!];
            let total = 0;
            for (let k = 0; k < left.at(-1)!; k++) {
              const first = place(leftShape, [...head, ...(transposeA ? [k, m] : [m, k])]);
              const second = place(rightShape, [...head, ...(transposeB ? [n, k] : [k, n])]);
              total += a[first]! * b[second]!;
            }
            return total;
          });
          const result = matmul(
            tensor(backend, Float32Array.from(a), { shape: leftShape }),
            tensor(backend, Float32Array.from(b), { shape: rightShape }),
            { transposeA, transposeB },
          );
          await expectTensor(
            result,
            shape,
            wanted,
            1e-4,
            `[${leftShape}] × [${rightShape}] ${transposeA} ${transposeB}`,
          );
        }
  });

  test("NaN and infinities reach just the products that they take part in", async () => {
    const x = tensor(backend, [
      [NaN, 1],
      [2, Infinity],
    ]);
    const one = tensor(backend, [
      [1, 0],
      [0, 1],
    ]);
    await expectTensor(matmul(x, one), [2, 2], [NaN, NaN, NaN, Infinity]);
    const right = [1, 2, 3, 4, 5, Infinity];
    for (const [columns, wanted] of [
      [1, [91]],
      [2, [22, Infinity]],
      [3, [9, 12, Infinity]],
    ] as const) {
      const rows = 6 / columns;
      const b = columns === 1 ? [1, 2, 3, 4, 5, 6] : right;
      const a = tensor(backend, [[1, 2, 3, 4, 5, 6].slice(0, rows)]);
      const product = matmul(a, tensor(backend, Float32Array.from(b), { shape: [rows, columns] }));
      await expectTensor(product, [1, columns], wanted);
    }
    const stack = (values: number[]): Tensor => tensor(backend, values, { shape: [3, 1, 1] });
    await expectTensor(
      matmul(stack([2, 3, 4]), stack([5, -Infinity, 6])),
      [3, 1, 1],
      [10, -Infinity, 24],
    );
  });

  test("a long inner dimension gives the right sums, and the same bits every time", async () => {
    const next = random(14);
    const [rows, length] = [20, 2500];
    const values = data(next, rows * length);
    const a = tensor(backend, Float32Array.from(values), { shape: [rows, length] });
    const wanted = coordinates([rows, rows]).map(([m, n]) => {
      let total = 0;
      for (let k = 0; k < length; k++) total += values[m! * length + k]! * values[n! * length + k]!;
      return total;
    });
    const first = matmul(a, a, { transposeB: true });
    await expectTensor(first, [rows, rows], wanted, 1e-3);
    const bits = await first.read();
    for (let i = 0; i < 3; i++)
      expect(await matmul(a, a, { transposeB: true }).read()).toEqual(bits);
  });
});
