import { sameShape, sizeOf } from "../engine/dtype.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { equal, less, select } from "./compare.ts";
import { identityMatrix } from "./composed.ts";
import { iota, zerosLike } from "./constant.ts";
import { define, one } from "./define.ts";
import { gather } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { checkDtype, checkOperands } from "./operands.ts";
import { scan } from "./scan.ts";
import { expandDims, moveAxes, reshape } from "./shape.ts";
import { neg, sqrt } from "./unary.ts";

type SolveParams = { readonly transpose: boolean };

/**
 * The lower triangle L with LLᵀ = A; reads the lower triangle of A, and is 0 above the diagonal. From the first pivot
 * that is not positive on, the lower triangle is NaN.
 */
const choleskyPrimitive: Primitive<{}> = /* @__PURE__ */ define("cholesky", {
  type([a]) {
    checkSquare("cholesky", a!);
    return {};
  },
  // Murray, Differentiation of the Cholesky decomposition, 2016, equations 9 and 10.
  gradient(g, _, l) {
    const half = halfTriangle(matmul(l, g, { transposeA: true }));
    const left = triangularSolve(l, add(half, swap(half)), { transpose: true });
    return halfTriangle(triangularSolve(l, swap(left), { transpose: true }));
  },
  shift: (params) => params,
  lower([a]) {
    const x = oneStack(a!);
    const n = x.shape[1]!;
    const row = iota(n);
    const column = expandDims(row, 1);
    const step = (l: Tensor, [values, j]: [Tensor, Tensor]): [Tensor, []] => {
      const rest = sub(expandDims(values, 2), matmul(l, expandDims(gather(l, j, 1), 2)));
      const pivot = expandDims(gather(rest, j, 1), 1);
      const root = sqrt(select(less(0, pivot), pivot, -1));
      const below = select(less(j, column), div(rest, root), 0);
      return [select(equal(row, j), select(equal(column, j), root, below), l), []];
    };
    return reshape(scan(step, zerosLike(x), [moveAxes(x, 2, 0), row])[0], a!.shape);
  },
});

/** The solution X of LX = B, or of LᵀX = B; reads the lower triangle of L. */
const triangularSolvePrimitive: Primitive<SolveParams> = /* @__PURE__ */ define("triangularSolve", {
  type(inputs) {
    const [l, b] = inputs;
    checkSquare("triangularSolve", l!);
    checkOperands(
      "triangularSolve",
      inputs,
      b!.dtype === l!.dtype &&
        b!.shape.length === l!.shape.length &&
        sameShape(b!.shape.slice(0, -1), l!.shape.slice(0, -1)),
      () => `a right-hand side ${l!.dtype}[${l!.shape.slice(0, -1)},columns]`,
    );
    return b!;
  },
  gradient: [
    (g, [l], x, { transpose }) => {
      const forB = triangularSolve(l!, g, { transpose: !transpose });
      const [a, b] = transpose ? [x, forB] : [forB, x];
      return neg(triangle(matmul(a, b, { transposeB: true })));
    },
    (g, [l], _, { transpose }) => triangularSolve(l!, g, { transpose: !transpose }),
  ],
  shift: (params) => params,
  lower([l, b], { transpose: reverse }) {
    const matrix = oneStack(triangle(reverse ? swap(l!) : l!, reverse));
    const right = oneStack(b!);
    const index = iota(right.shape[1]!);
    const step = (x: Tensor, [row, values, i]: [Tensor, Tensor, Tensor]): [Tensor, []] => {
      const rest = sub(values, reshape(matmul(expandDims(row, 1), x), values.shape));
      const solved = div(rest, expandDims(gather(row, i, 1), 1));
      return [select(equal(expandDims(index, 1), i), expandDims(solved, 1), x), []];
    };
    const rows: [Tensor, Tensor, Tensor] = [moveAxes(matrix, 1, 0), moveAxes(right, 1, 0), index];
    return reshape(scan(step, zerosLike(right), rows, { reverse })[0], b!.shape);
  },
});

function checkSquare(name: string, a: TensorType): void {
  checkDtype(name, "float", [a]);
  const [rows, columns] = a.shape.slice(-2);
  checkOperands(name, [a], rows === columns, () => "square matrices");
}

/** Matrices with all leading axes as one. */
function oneStack(x: Tensor): Tensor {
  return reshape(x, [sizeOf(x.shape.slice(0, -2)), ...x.shape.slice(-2)]);
}

/** Matrices with their last two axes in the other order. */
function swap(x: Tensor): Tensor {
  return moveAxes(x, -1, x.shape.length - 2);
}

/** The lower triangle of square matrices, or the upper one, with zeros in the other. */
function triangle(x: Tensor, upper = false): Tensor {
  const row = iota(x.shape.at(-1)!);
  const column = expandDims(row, 1);
  return select(upper ? less(row, column) : less(column, row), 0, x);
}

/** The lower triangle, with half of the diagonal. */
function halfTriangle(x: Tensor): Tensor {
  return mul(triangle(x), sub(1, mul(identityMatrix(x.shape.at(-1)!, x.dtype), 0.5)));
}

/**
 * The Cholesky factor of symmetric, positive definite matrices in the last two axes: the lower triangle L with LLᵀ = A.
 * Only the lower triangle of A is read. Where A is not positive definite, the factor has NaN in it.
 */
export function cholesky(a: Tensor): Tensor {
  return one(choleskyPrimitive, [a], {});
}

/**
 * The solution X of LX = B, or of LᵀX = B where `transpose` is set; L is the lower triangle of square matrices in the
 * last two axes, B has columns, and leading axes are equal.
 *
 * ```ts
 * const l = cholesky(a); // solves AX = B
 * const x = triangularSolve(l, triangularSolve(l, b), { transpose: true });
 * ```
 */
export function triangularSolve(
  l: Tensor,
  b: Tensor,
  { transpose = false }: { readonly transpose?: boolean } = {},
): Tensor {
  return one(triangularSolvePrimitive, [l, b], { transpose });
}
