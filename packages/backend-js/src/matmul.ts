import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";
import { broadcastStrides, offsets } from "./walk.ts";

/** The sizes of a product, and its strides: of rows of the result and of a, the inner axis, columns of b. */
interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly oRow: number;
  readonly aRow: number;
  readonly aInner: number;
  readonly bInner: number;
  readonly bColumn: number;
}

/**
 * A product of matrices from any position in their arrays, in tiles of 4 × 4 whose sums stay in registers. Strides serve
 * all transposed cases; packing the operands first was measured to gain 5 %. The last tile of a row or column overlaps
 * the one before it. Sums are kept in double precision, in the order of the inner axis.
 */
// prettier-ignore
function multiply(product: Product, o: Data, i: number, a: Data, j: number, b: Data, k: number): void {
  const { rows, columns, inner, oRow, aRow, aInner, bInner, bColumn } = product;
  const high = rows < 4 ? 1 : 4;
  const wide = columns < 4 ? 1 : 4;
  for (let c = 0; c < columns; c += wide)
    for (let r = 0; r < rows; r += high) {
      const row = Math.min(r, rows - high);
      const column = Math.min(c, columns - wide);
      const x = i + row * oRow + column;
      const y = j + row * aRow;
      const z = k + column * bColumn;
      if (high === wide)
        if (high === 4) tile(o, x, oRow, a, y, aRow, aInner, b, z, bInner, bColumn, inner);
        else strip(o, x, 0, a, y, aInner, b, z, bInner, 0, inner);
      else if (high === 1) strip(o, x, 1, a, y, aInner, b, z, bInner, bColumn, inner);
      else strip(o, x, oRow, b, z, bInner, a, y, aInner, aRow, inner);
    }
}

/** Four results from one row and four columns, or four times the same one. */
// prettier-ignore
function strip(o: Data, i: number, s: number, a: Data, j: number, p: number, b: Data, k: number, q: number, r: number, n: number): void {
  let c0 = 0, c1 = 0, c2 = 0, c3 = 0;
  for (; n > 0; n--, j += p, k += q) {
    const x = a[j]!;
    c0 += x * b[k]!; c1 += x * b[k + r]!; c2 += x * b[k + 2 * r]!; c3 += x * b[k + 3 * r]!;
  }
  o[i] = c0; o[i + s] = c1; o[i + 2 * s] = c2; o[i + 3 * s] = c3;
}

/** Sixteen results from four rows (`p` apart) and four columns (`r` apart). */
// prettier-ignore
function tile(o: Data, i: number, s: number, a: Data, j: number, p: number, q: number, b: Data, k: number, v: number, r: number, n: number): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  const p2 = 2 * p, p3 = 3 * p, r2 = 2 * r, r3 = 3 * r;
  for (; n > 0; n--, j += q, k += v) {
    const b0 = b[k]!, b1 = b[k + r]!, b2 = b[k + r2]!, b3 = b[k + r3]!;
    let x = a[j]!;
    c00 += x * b0; c01 += x * b1; c02 += x * b2; c03 += x * b3;
    x = a[j + p]!;
    c10 += x * b0; c11 += x * b1; c12 += x * b2; c13 += x * b3;
    x = a[j + p2]!;
    c20 += x * b0; c21 += x * b1; c22 += x * b2; c23 += x * b3;
    x = a[j + p3]!;
    c30 += x * b0; c31 += x * b1; c32 += x * b2; c33 += x * b3;
  }
  o[i] = c00; o[i + 1] = c01; o[i + 2 ] = c02; o[i + 3 ] = c03; i += s;
  o[i] = c10; o[i + 1] = c11; o[i + 2 ] = c12; o[i + 3 ] = c13; i += s;
  o[i] = c20; o[i + 1] = c21; o[i + 2 ] = c22; o[i + 3 ] = c23; i += s;
  o[i] = c30; o[i + 1] = c31; o[i + 2 ] = c32; o[i + 3 ] = c33;
}

const matmul: Kernel = ({ inputs: [a, b], outputs: [o], params }) => {
  const { transposeA, transposeB } = params;
  const [aHeight, aWidth] = a.shape.slice(-2) as [number, number];
  const [rows, columns] = o.shape.slice(-2) as [number, number];
  const bWidth = b.shape.at(-1)!;
  const product: Product = {
    rows,
    columns,
    inner: transposeA ? aHeight : aWidth,
    oRow: columns,
    aRow: transposeA ? 1 : aWidth,
    aInner: transposeA ? aWidth : 1,
    bInner: transposeB ? 1 : bWidth,
    bColumn: transposeB ? bWidth : 1,
  };
  /** Where the matrices of a value begin, in the order of the result's. */
  const [is, js, ks] = [o, a, b].map(({ shape }) => {
    const leading = o.shape.slice(0, -2);
    const strides = broadcastStrides(shape.slice(0, -2), leading);
    return offsets(
      leading,
      strides.map((stride) => stride * shape.at(-1)! * shape.at(-2)!),
    );
  }) as [Int32Array, Int32Array, Int32Array];
  return () => {
    for (let n = 0; n < is.length; n++)
      multiply(product, o.data, is[n]!, a.data, js[n]!, b.data, ks[n]!);
  };
};

/** Products of matrices. */
export const matmulKernels: Kernels = { matmul };
