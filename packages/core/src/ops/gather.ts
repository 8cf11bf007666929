import { withBatch } from "../engine/vectorize.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor } from "../interfaces/tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { or } from "./bits.ts";
import { equal, greaterEqual, less, select } from "./compare.ts";
import { iota, zerosLike } from "./constant.ts";
import { define, one } from "./define.ts";
import { behindBatch } from "./elementwise.ts";
import { checkDtype, checkOperands } from "./operands.ts";
import { expandDims, joinLeading, moveAxes, normalizeAxis, reshape } from "./shape.ts";
import { sameShape } from "../engine/dtype.ts";
import { cast } from "./unary.ts";

type AxisParams = { readonly axis: number };

/** Basis: slices of the first operand along `axis`, at the indices (i32); zeros where an index is outside. */
const gatherPrimitive: Primitive<AxisParams> = /* @__PURE__ */ define("gather", {
  type([x, indices], { axis }) {
    checkDtype("the indices of gather", "integer", [indices!]);
    return { shape: x!.shape.toSpliced(axis, 1, ...indices!.shape) };
  },
  gradient: [(g, [x, indices], _, { axis }) => scatterAdd(zerosLike(x!), indices!, g, axis), null],
  batch({ inputs: [x, indices], batched, params: { axis } }) {
    if (!batched[1]) return gather(x!, indices!, axis + 1);
    if (!batched[0]) return moveAxes(gather(x!, indices!, axis), axis, 0);
    const [rows, joint] = joined(x!, indices!, axis);
    return moveAxes(gather(joinLeading(rows), joint), indices!.shape.length, 1, axis);
  },
});

/** Basis: the base with updates added at the indices along `axis`; updates with an index outside are dropped. */
const scatterAddPrimitive: Primitive<AxisParams> = /* @__PURE__ */ define("scatterAdd", {
  type(inputs, { axis }) {
    const [base, indices, updates] = inputs;
    checkDtype("the indices of scatterAdd", "integer", [indices!]);
    checkDtype("scatterAdd", "number", [base!, updates!]);
    const shape = base!.shape.toSpliced(axis, 1, ...indices!.shape);
    checkOperands(
      "scatterAdd",
      inputs,
      sameShape(updates!.shape, shape),
      () => `updates [${shape}]`,
    );
    return {};
  },
  gradient: [(g) => g, null, (g, [, indices], _, { axis }) => gather(g, indices!, axis)],
  batch({ inputs: [base, indices, updates], batched, size, params: { axis } }) {
    const all = withBatch(base!, batched[0], size);
    const values = withBatch(updates!, batched[2], size);
    if (!batched[1]) return scatterAdd(all, indices!, values, axis + 1);
    const [rows, joint] = joined(all, indices!, axis);
    const moved = moveAxes(values, axis + 1, 1, indices!.shape.length - 1);
    const sums = scatterAdd(joinLeading(rows), joint, moved);
    return moveAxes(reshape(sums, rows.shape), 1, axis + 1);
  },
});

/**
 * What makes one call of those for all examples, whose indices differ: the tensor with the axis that they go along
 * moved behind the batch, and indices into the two as one. What was outside stays outside.
 */
function joined(x: Tensor, indices: Tensor, axis: number): readonly [Tensor, Tensor] {
  const rows = moveAxes(x, axis + 1, 1);
  const [size, length] = rows.shape;
  const offsets = behindBatch(mul(iota(size!), length!), indices.shape.length - 1);
  const isOutside = or(less(indices, 0), greaterEqual(indices, length!));
  return [rows, select(isOutside, -1, add(indices, offsets))];
}

/** The slices of x along an axis at the given indices (i32); zeros where an index is outside of 0 … length - 1. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return one(gatherPrimitive, [x, indices], { axis: normalizeAxis("gather", x, axis) });
}

/** The base with `updates`, shaped as `gather` would return them, added at the given indices; outside ones are dropped. */
export function scatterAdd(base: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  const params = { axis: normalizeAxis("scatterAdd", base, axis) };
  return one(scatterAddPrimitive, [base, indices, updates], params);
}

/** A new last axis with 1 at the given index and 0 elsewhere; all zeros for an index outside of 0 … length - 1. */
export function oneHot(indices: Tensor, length: number, dtype: DType = "f32"): Tensor {
  return cast(equal(expandDims(indices, -1), iota(length, indices.dtype)), dtype);
}
