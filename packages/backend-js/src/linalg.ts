import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";

/** The factor of one matrix at position `at`, row by row; from a pivot that is not positive on, NaN spreads by itself. */
function factorize(o: Data, a: Data, at: number, n: number): void {
  for (let r = 0; r < n; r++) {
    const row = at + r * n;
    for (let c = 0; c <= r; c++) {
      const other = at + c * n;
      let rest = a[row + c]!;
      for (let k = 0; k < c; k++) rest -= o[row + k]! * o[other + k]!;
      if (c < r) o[row + c] = rest / o[other + c]!;
      else o[row + c] = rest > 0 ? Math.sqrt(rest) : NaN;
    }
    o.fill(0, row + r + 1, row + n);
  }
}

const cholesky: Kernel = ({ inputs: [a], outputs: [o] }) => {
  const n = a.shape.at(-1)!;
  return () => {
    for (let at = 0; at < a.size; at += n * n) factorize(o.data, a.data, at, n);
  };
};

/**
 * Solves for the `m` columns of one right-hand side at position `at`. `p` leads from an element of the matrix at
 * position `from` to the next one that an equation takes, `q` from one equation to the next.
 */
// prettier-ignore
function solve(o: Data, at: number, l: Data, from: number, p: number, q: number, b: Data, n: number, m: number, isReversed: boolean): void {
  for (let i = 0; i < n; i++) {
    const r = isReversed ? n - 1 - i : i;
    const known = isReversed ? r + 1 : 0;
    const start = from + r * q + known * p;
    for (let c = 0; c < m; c++) {
      let rest = b[at + r * m + c]!;
      for (let k = 0, j = start, x = at + known * m + c; k < i; k++, j += p, x += m) rest -= l[j]! * o[x]!;
      o[at + r * m + c] = rest / l[from + r * n + r]!;
    }
  }
}

const triangularSolve: Kernel = ({ inputs: [l, b], outputs: [o], params }) => {
  const isReversed = params["transpose"] as boolean;
  const [n, m] = b.shape.slice(-2) as [number, number];
  const [p, q] = isReversed ? [n, 1] : [1, n];
  return () => {
    for (let at = 0, from = 0; at < b.size; at += n * m, from += n * n)
      solve(o.data, at, l.data, from, p, q, b.data, n, m, isReversed);
  };
};

/** Factors and solutions of systems of equations. */
export const linalgKernels: Kernels = { cholesky, triangularSolve };
