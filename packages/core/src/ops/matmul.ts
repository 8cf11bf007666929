import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isFloat, showType, sizeOf } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor } from "../interfaces/tensor.ts";
import { broadcastShapes } from "./elementwise.ts";
import { reshape, sumTo } from "./shape.ts";

type MatmulParams = { readonly transposeA: boolean; readonly transposeB: boolean };

/**
 * Basis: products of matrices in the last two axes, each transposed first where the params say so; leading axes are
 * broadcast.
 */
export const matmulPrimitive: Primitive<MatmulParams> = {
  name: "matmul",
  contract: KERNEL_CONTRACT,
  type([a, b], { transposeA, transposeB }) {
    const shown = (): string =>
      `[${a!.shape.join(", ")}]${transposeA ? "ᵀ" : ""} × [${b!.shape.join(", ")}]${transposeB ? "ᵀ" : ""}`;
    check(
      a!.dtype === b!.dtype && isFloat(a!.dtype),
      () =>
        `matmul: takes two f32 or two f64, got ${showType(a!)} and ${showType(b!)}; cast() first`,
    );
    check(
      a!.shape.length >= 2 && b!.shape.length >= 2,
      () =>
        `matmul: operands need two axes or more, ${shown()}; reshape a vector to a row or a column`,
    );
    const [m, k] = matrix(a!.shape, transposeA);
    const [inner, n] = matrix(b!.shape, transposeB);
    check(k === inner, () => `matmul: inner dimensions differ, ${shown()}`);
    const leading = broadcastShapes(
      "matmul",
      [a!, b!].map(({ shape }) => ({ shape: shape.slice(0, -2) })),
    );
    return [{ shape: [...leading, m, n], dtype: a!.dtype }];
  },
  gradient({ inputs: [a, b], cotangents: [g], needed, params: { transposeA, transposeB } }) {
    const forA = (): Tensor =>
      transposeA
        ? matmul(b!, g!, { transposeA: transposeB, transposeB: true })
        : matmul(g!, b!, { transposeB: !transposeB });
    const forB = (): Tensor =>
      transposeB
        ? matmul(g!, a!, { transposeA: true, transposeB: transposeA })
        : matmul(a!, g!, { transposeA: !transposeA });
    return [needed[0] ? sumTo(forA(), a!) : undefined, needed[1] ? sumTo(forB(), b!) : undefined];
  },
  batch({ inputs, batched, size, params }) {
    const rank = Math.max(...inputs.map(({ shape }, i) => shape.length - (batched[i] ? 1 : 0)));
    const [a, b] = inputs.map((input, i) => {
      const missing = rank + 1 - input.shape.length;
      if (!batched[i] || missing === 0) return input;
      return reshape(input, [
        size,
        ...Array.from({ length: missing }, () => 1),
        ...input.shape.slice(1),
      ]);
    });
    return [matmul(a!, b!, params)];
  },
};

function matrix(shape: readonly number[], transposed: boolean): readonly [number, number] {
  const rows = shape.at(-2)!;
  const columns = shape.at(-1)!;
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * The product of matrices in the last two axes; leading axes are broadcast.
 *
 * ```ts
 * matmul(x, weights); // [batch, inputs] × [inputs, units] → [batch, units]
 * ```
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  options: { transposeA?: boolean; transposeB?: boolean } = {},
): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const params = { transposeA, transposeB };
  const product = (x: Tensor): Tensor => apply(matmulPrimitive, [x, b], params)[0]!;
  // Many rows times one matrix are one product: its gradient then needs no sum over a stack of matrices.
  if (a.shape.length <= 2 || b.shape.length !== 2 || transposeA) return product(a);
  const y = product(reshape(a, [sizeOf(a.shape.slice(0, -1)), a.shape.at(-1)!]));
  return reshape(y, [...a.shape.slice(0, -1), y.shape[1]!]);
}
