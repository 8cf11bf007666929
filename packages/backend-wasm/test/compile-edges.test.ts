import { js } from "@nn/backend-js";
import {
  add,
  concatenate,
  full,
  jit,
  matmul,
  pad,
  reverse,
  select,
  sum,
  tensor,
  type Backend,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { wasm } from "../src/index.ts";
import { divided } from "./divided.ts";

const numbers = (size: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => i % 7);

for (const axes of [[0], [1], [0, 1]])
  test(`a product adds a matrix that is reversed along ${axes}, wherever it is in memory`, () => {
    const run = (backend: Backend, n: number): unknown => {
      const matrix = (rows: number, columns: number): Tensor =>
        tensor(backend, numbers(rows * columns), { shape: [rows, columns] });
      const product = jit((a: Tensor, b: Tensor, c: Tensor) => add(matmul(a, b), reverse(c, axes)));
      return product(matrix(n, 4), matrix(4, n), matrix(n, n)).readSync();
    };
    for (const n of [5, 48, 64, 80, 200])
      expect(run(wasm({ threads: 1 }), n)).toEqual(run(js(), n));
  });

test("sums of constants are the same on every thread", async () => {
  const { backend } = await divided({ threads: 3 });
  const run = jit((x: Tensor) => {
    const y = full([2, 2, 2, 3], 0.125, "f64");
    const s = add(sum(y, [0]), sum(y));
    return add(add(sum(s, [0]), sum(s)), x);
  });
  const zero = tensor(backend, 0, { dtype: "f64" });
  for (let i = 0; i < 3; i++) expect([...new Set(run(zero).readSync())]).toEqual([45.5]);
  await backend.close!();
});

test("the sign of a zero stays that is a constant", () => {
  const backend = wasm({ threads: 1 });
  const flags = tensor(backend, [true, false, true, false, true]);
  const run = jit((flag: Tensor, x: Tensor) => [
    select(flag, x, -0),
    select(flag, -0, x),
    select(flag, x, 0),
    select(flag, 0, x),
    pad(x, [1], [1], -0),
  ]);
  const x = tensor(backend, [1, 2, 3, 4, 5]);
  expect(run(flags, x).map((y) => [...y.readSync()])).toEqual([
    [1, -0, 3, -0, 5],
    [-0, 2, -0, 4, -0],
    [1, 0, 3, 0, 5],
    [0, 2, 0, 4, 0],
    [-0, 1, 2, 3, 4, 5, -0],
  ]);
});

test("any number of values can be put together", () => {
  const count = 10_001;
  const backend = wasm({ threads: 1 });
  const run = jit((x: Tensor) => {
    const parts = Array.from({ length: count }, (_, i) => (i % 2 ? reverse(x, [0]) : x));
    return concatenate(parts, 1);
  });
  const y = run(tensor(backend, [[5], [6]])).readSync();
  const row = (even: number, odd: number): number[] =>
    Array.from({ length: count }, (_, i) => (i % 2 ? odd : even));
  expect([...y]).toEqual([...row(5, 6), ...row(6, 5)]);
});
