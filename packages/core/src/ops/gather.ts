import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isCompute, sameShape, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import { withBatch } from "../engine/vectorize.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorType } from "../interfaces/tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { or } from "./bits.ts";
import { equal, greaterEqual, less, select } from "./compare.ts";
import { iota, zerosLike } from "./constant.ts";
import { expandDims, normalizeAxis, reshape, transpose } from "./shape.ts";
import { cast } from "./unary.ts";

type AxisParams = { readonly axis: number };

function gatheredShape({ shape }: TensorType, indices: TensorType, axis: number): number[] {
  return [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
}

/** Basis: slices of the first operand along `axis`, at the indices (i32); zeros where an index is outside. */
const gatherPrimitive: Primitive<AxisParams> = {
  name: "gather",
  contract: KERNEL_CONTRACT,
  type([x, indices], { axis }) {
    check(
      indices!.dtype === "i32",
      () => `gather: indices must be i32, got ${showType(indices!)}; cast() them`,
    );
    return [{ shape: gatheredShape(x!, indices!, axis), dtype: x!.dtype }];
  },
  gradient: ({ inputs: [x, indices], cotangents: [g], params: { axis } }) => [
    scatterAdd(zerosLike(x!), indices!, g!, axis),
    undefined,
  ],
  batch({ inputs: [x, indices], batched: [isBatched, areBatched], size, params: { axis } }) {
    if (!areBatched) return [gather(x!, indices!, axis + 1)];
    if (!isBatched) {
      const result = gather(x!, indices!, axis);
      const order = result.shape.map((_, a) => a);
      return [transpose(result, [axis, ...order.filter((a) => a !== axis)])];
    }
    // One gather over all examples: axis moved behind the batch, both joined, and indices counted from the example's.
    const order = x!.shape.map((_, a) => a).filter((a) => a !== 0 && a !== axis + 1);
    const rows = transpose(x!, [0, axis + 1, ...order]);
    const joined = reshape(rows, [size * rows.shape[1]!, ...rows.shape.slice(2)]);
    const result = gather(joined, jointIndices(indices!, rows.shape[1]!, size), 0);
    return [backBehind(result, indices!.shape.length, axis)];
  },
};

/** Basis: the base with updates added at the indices along `axis`; updates with an index outside are dropped. */
const scatterAddPrimitive: Primitive<AxisParams> = {
  name: "scatterAdd",
  contract: KERNEL_CONTRACT,
  type([base, indices, updates], { axis }) {
    const shape = gatheredShape(base!, indices!, axis);
    check(
      indices!.dtype === "i32",
      () => `scatterAdd: indices must be i32, got ${showType(indices!)}; cast() them`,
    );
    check(
      isCompute(base!.dtype) && base!.dtype !== "bool" && base!.dtype === updates!.dtype,
      () =>
        `scatterAdd: takes f32, f64 or i32 for both, got ${showType(base!)} and ${showType(updates!)}`,
    );
    check(
      sameShape(updates!.shape, shape),
      () => `scatterAdd: updates should be [${shape}], got [${updates!.shape}]`,
    );
    return [base!];
  },
  gradient: ({ inputs: [, indices], cotangents: [g], params: { axis } }) => [
    g,
    undefined,
    gather(g!, indices!, axis),
  ],
  batch({ inputs: [base, indices, updates], batched, size, params: { axis } }) {
    const all = withBatch(base!, batched[0], size);
    const values = withBatch(updates!, batched[2], size);
    if (!batched[1]) return [scatterAdd(all, indices!, values, axis + 1)];
    const order = all.shape.map((_, a) => a).filter((a) => a !== 0 && a !== axis + 1);
    const rows = transpose(all, [0, axis + 1, ...order]);
    const joined = reshape(rows, [size * rows.shape[1]!, ...rows.shape.slice(2)]);
    const count = indices!.shape.length - 1;
    const inner = Array.from({ length: count }, (_, i) => axis + 1 + i);
    const moved = [
      0,
      ...inner,
      ...values.shape.map((_, a) => a).filter((a) => a !== 0 && !inner.includes(a)),
    ];
    const result = scatterAdd(
      joined,
      jointIndices(indices!, rows.shape[1]!, size),
      transpose(values, moved),
      0,
    );
    return [backBehind(reshape(result, rows.shape), 2, axis)];
  },
};

/** Batched indices into the joined rows of all examples; what was outside stays outside. */
function jointIndices(indices: Tensor, length: number, size: number): Tensor {
  const offset = reshape(mul(iota(size), length), [size, ...indices.shape.slice(1).map(() => 1)]);
  return select(or(less(indices, 0), greaterEqual(indices, length)), -1, add(indices, offset));
}

/** Moves the `axis` leading axes that follow the first `count` to their place behind the batch. */
function backBehind(x: Tensor, count: number, axis: number): Tensor {
  const axes = x.shape.map((_, a) => a);
  return transpose(x, [
    0,
    ...axes.slice(count, count + axis),
    ...axes.slice(1, count),
    ...axes.slice(count + axis),
  ]);
}

/** The slices of x along an axis at the given indices (i32); zeros where an index is outside of 0 … length - 1. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return apply(gatherPrimitive, [x, indices], { axis: normalizeAxis("gather", x, axis) })[0]!;
}

/** The base with `updates`, shaped as `gather` would return them, added at the given indices; outside ones are dropped. */
export function scatterAdd(base: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  const params = { axis: normalizeAxis("scatterAdd", base, axis) };
  return apply(scatterAddPrimitive, [base, indices, updates], params)[0]!;
}

/** A new last axis with 1 at the given index and 0 elsewhere; all zeros for an index outside of 0 … length - 1. */
export function oneHot(indices: Tensor, length: number, dtype: DType = "f32"): Tensor {
  return cast(equal(expandDims(indices, -1), iota(length, indices.dtype)), dtype);
}
