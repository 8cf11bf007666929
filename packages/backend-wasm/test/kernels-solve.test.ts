import { expect, test } from "vitest";
import { run, value, type Value } from "./kernels-harness.ts";

type Float = "f32" | "f64";

/** Numbers from -1 to 1 from a fixed sequence. */
function random(size: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A positive definite matrix, with NaN above the diagonal, which must not be read. */
function positive(dtype: Float, batch: readonly number[], n: number): Value {
  const count = batch.reduce((a, b) => a * b, 1);
  const all = random(count * n * n, n + 1).map((x, i) => {
    const row = Math.floor(i / n) % n;
    const column = i % n;
    return column > row ? NaN : column === row ? n + 1 + x : x;
  });
  return value(dtype, [...batch, n, n], all);
}

/** Cholesky by its definition, in f64. */
function factor(a: ArrayLike<number>, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i > j ? rest / l[j * n + j]! : rest > 0 ? Math.sqrt(rest) : NaN;
    }
  return l;
}

function expectClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length).toBe(wanted.length);
  for (let i = 0; i < actual.length; i++)
    if (!(Math.abs(actual[i]! - wanted[i]!) <= tolerance) && !Object.is(actual[i], wanted[i]))
      expect.fail(`element ${i} is ${actual[i]}, not ${wanted[i]}`);
}

const tolerances = { f32: 1e-4, f64: 1e-12 };
const types: readonly Float[] = ["f32", "f64"];

test("cholesky factors matrices of any size", () => {
  for (const dtype of types)
    for (const n of [...Array(14).keys(), 31, 32, 33, 34, 65, 100, 128, 131, 163]) {
      const a = positive(dtype, [], n);
      expectClose(run("cholesky", [a], a), factor(a.data, n), tolerances[dtype]);
    }
});

test("cholesky factors matrices in leading axes", () => {
  for (const dtype of types) {
    const n = 37;
    const a = positive(dtype, [2, 3], n);
    const result = run("cholesky", [a], a);
    for (let i = 0; i < 6; i++) {
      const [from, to] = [i * n * n, (i + 1) * n * n];
      expectClose(result.slice(from, to), factor(a.data.slice(from, to), n), tolerances[dtype]);
    }
  }
});

test("cholesky is NaN from the first pivot on that is not positive", () => {
  for (const dtype of types)
    for (const n of [1, 5, 30, 70, 140])
      for (const pivot of [0, 1, 2, 3, 4, 29, 33, 68, 139].filter((p) => p < n))
        for (const number of [-1, 0, NaN]) {
          const a = positive(dtype, [], n);
          // A zero row keeps the pivot what it is.
          for (let k = 0; k < n; k++) a.data[pivot * n + k] = k === pivot ? number : 0;
          expectClose(run("cholesky", [a], a), factor(a.data, n), tolerances[dtype]);
        }
});

/** Substitution by its definition, in f64. */
function substitute(
  l: ArrayLike<number>,
  b: ArrayLike<number>,
  n: number,
  columns: number,
  transpose: boolean,
): Float64Array {
  const x = Float64Array.from(b);
  for (let step = 0; step < n; step++) {
    const i = transpose ? n - 1 - step : step;
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < step; k++) {
        const other = transpose ? n - 1 - k : k;
        x[i * columns + c]! -=
          l[transpose ? other * n + i : i * n + other]! * x[other * columns + c]!;
      }
      x[i * columns + c]! /= l[i * n + i]!;
    }
  }
  return x;
}

test("triangularSolve solves for any number of columns, in either direction", () => {
  for (const dtype of types)
    for (const n of [...Array(10).keys(), 33, 50])
      for (const columns of [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 30])
        for (const transpose of [false, true]) {
          const l = positive(dtype, [], n);
          const b = value(dtype, [n, columns], random(n * columns, 3));
          const wanted = substitute(l.data, b.data, n, columns, transpose);
          expectClose(
            run("triangularSolve", [l, b], b, { transpose }),
            wanted,
            1e-2 * tolerances[dtype],
          );
        }
});

test("triangularSolve solves for matrices in leading axes", () => {
  for (const dtype of types)
    for (const columns of [1, 6])
      for (const transpose of [false, true]) {
        const n = 11;
        const l = positive(dtype, [3, 2], n);
        const b = value(dtype, [3, 2, n, columns], random(6 * n * columns, 3));
        const result = run("triangularSolve", [l, b], b, { transpose });
        for (let i = 0; i < 6; i++) {
          const part = (all: Value["data"], size: number) => all.slice(i * size, (i + 1) * size);
          const wanted = substitute(
            part(l.data, n * n),
            part(b.data, n * columns),
            n,
            columns,
            transpose,
          );
          expectClose(part(result, n * columns), wanted, 1e-2 * tolerances[dtype]);
        }
      }
});
