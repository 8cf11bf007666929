import type { Kernel, Kernels } from "./kernel.ts";

/** Factorizes row by row. From a pivot that is not positive on, NaN spreads by itself. */
const cholesky: Kernel = ({ inputs: [a], outputs: [o] }) => {
  const n = a.shape.at(-1)!;
  return () => {
    const [from, l] = [a.data, o.data];
    for (let at = 0; at < a.size; at += n * n)
      for (let row = at; row < at + n * n; row += n) {
        const r = (row - at) / n;
        for (let c = 0; c <= r; c++) {
          const other = at + c * n;
          let rest = from[row + c]!;
          for (let k = 0; k < c; k++) rest -= l[row + k]! * l[other + k]!;
          if (c < r) l[row + c] = rest / l[other + c]!;
          else l[row + c] = rest > 0 ? Math.sqrt(rest) : NaN;
        }
        l.fill(0, row + r + 1, row + n);
      }
  };
};

/** Solves one equation after the other for all columns; the last one first where the matrix is transposed. */
const triangularSolve: Kernel = ({ inputs: [l, b], outputs: [o], params }) => {
  const [n, m] = b.shape.slice(-2) as [number, number];
  const { transpose } = params;
  // From one coefficient of an equation to the next, and from one equation to the next.
  const p = transpose ? n : 1;
  const q = transpose ? 1 : n;
  return () => {
    const [matrix, right, x] = [l.data, b.data, o.data];
    for (let at = 0, from = 0; at < b.size; at += n * m, from += n * n)
      for (let i = 0; i < n; i++) {
        const row = transpose ? n - 1 - i : i;
        const known = transpose ? row + 1 : 0;
        for (let c = at; c < at + m; c++) {
          let rest = right[c + row * m]!;
          for (let k = known; k < known + i; k++)
            rest -= matrix[from + row * q + k * p]! * x[c + k * m]!;
          x[c + row * m] = rest / matrix[from + row * n + row]!;
        }
      }
  };
};

/** Factors and solutions of systems of equations. */
export const linalgKernels: Kernels = { cholesky, triangularSolve };
