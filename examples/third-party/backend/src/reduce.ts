import type { Kernels, TensorType } from "@nn/core";
import { type Deferred, kernel } from "./deferred.ts";
import { placeOf, repeating, stridesOf, walk } from "./walk.ts";

/** The primitives that make one element of many. Floats are added up in double precision. */
export const reductions: Kernels<Deferred> = {
  sum: reduction(0, (total, x) => total + x),
  max: reduction(-Infinity, Math.max),

  matmul: kernel(({ inputTypes: [a, b], outputTypes: [type], params }) => {
    const left = matrices(a!, type!, params["transposeA"]);
    const right = matrices(b!, type!, params["transposeB"]);
    return (result, [x, y]) =>
      walk(type!.shape, (position, i) => {
        const row = placeOf(position, left.stack) + position.at(-2)! * left.row;
        const column = placeOf(position, right.stack) + position.at(-1)! * right.column;
        let total = 0;
        for (let k = 0; k < left.columns; k++)
          total += x![row + k * left.column]! * y![column + k * right.row]!;
        result[i] = total;
      });
  }),
};

function reduction(start: number, combine: (total: number, x: number) => number) {
  return kernel(({ inputTypes: [from], params }) => {
    const axes = params["axes"] as readonly number[];
    const kept = from!.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const strides = repeating(kept, from!.shape);
    return (result, [x]) => {
      const totals = Array.from(result, () => start);
      walk(from!.shape, (position, i) => {
        const place = placeOf(position, strides);
        totals[place] = combine(totals[place]!, x![i]!);
      });
      result.set(totals);
    };
  });
}

/** How to find one's way in an operand's stack of matrices, which may have to be transposed. */
function matrices({ shape }: TensorType, result: TensorType, isTransposed: unknown) {
  const [row, column] = stridesOf(shape).slice(-2) as [number, number];
  const stack = repeating(shape, result.shape).slice(0, -2);
  return isTransposed
    ? { stack, row: column, column: row, columns: shape.at(-2)! }
    : { stack, row, column, columns: shape.at(-1)! };
}
