import { sizeOf } from "../engine/dtype.ts";
import { checkTensors } from "../engine/tensor.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { define, one } from "./define.ts";
import { alignBatch, broadcastShapes } from "./elementwise.ts";
import { checkDtype, checkOperands } from "./operands.ts";
import { reshape } from "./shape.ts";

type MatmulParams = { readonly transposeA: boolean; readonly transposeB: boolean };

/**
 * Basis: products of matrices in the last two axes, each transposed first where the params say so; leading axes are
 * broadcast.
 */
export const matmulPrimitive: Primitive<MatmulParams> = /* @__PURE__ */ define("matmul", {
  type(inputs, { transposeA, transposeB }) {
    checkDtype("matmul", "float", inputs);
    const [m, k] = matrix(inputs[0]!, transposeA);
    const [inner, n] = matrix(inputs[1]!, transposeB);
    checkOperands(
      "matmul",
      inputs,
      inputs.every(({ shape }) => shape.length > 1) && k === inner,
      () =>
        `matrices, [rows, inner]${transposeA ? "ᵀ" : ""} and [inner, columns]${transposeB ? "ᵀ" : ""}`,
    );
    const leading = inputs.map(({ shape, dtype }) => ({ shape: shape.slice(0, -2), dtype }));
    return { shape: [...broadcastShapes("matmul", leading), m!, n!] };
  },
  gradient: [
    (g, [, b], _, { transposeA, transposeB }) =>
      transposeA
        ? matmul(b!, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b!, { transposeB: !transposeB }),
    (g, [a], _, { transposeA, transposeB }) =>
      transposeB
        ? matmul(g, a!, { transposeA: true, transposeB: transposeA })
        : matmul(a!, g, { transposeA: !transposeA }),
  ],
  batch(call) {
    const [a, b] = alignBatch(call);
    return matmul(a!, b!, call.params);
  },
});

/** Rows and columns of the matrix that is meant. */
function matrix({ shape }: TensorType, transposed: boolean): readonly number[] {
  return transposed ? shape.slice(-2).toReversed() : shape.slice(-2);
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
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): Tensor {
  checkTensors("matmul", [a, b]);
  const product = (x: Tensor): Tensor => one(matmulPrimitive, [x, b], { transposeA, transposeB });
  // Many rows times one matrix are one product: its gradient then needs no sum over a stack of matrices.
  if (a.shape.length <= 2 || b.shape.length !== 2 || transposeA) return product(a);
  const rows = a.shape.slice(0, -1);
  const y = product(reshape(a, [sizeOf(rows), a.shape.at(-1)!]));
  return reshape(y, [...rows, y.shape[1]!]);
}
