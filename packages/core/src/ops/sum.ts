import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isCompute, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { BatchCall, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { axesOf, broadcastTo, normalizeAxes, reshape } from "./shape.ts";

/** Params of reductions: the axes, in ascending order. */
export type AxesParams = { readonly axes: readonly number[] };

/** How reductions treat the axes that they go over: `keepDims` leaves them with length 1. */
export interface ReduceOptions {
  readonly keepDims?: boolean;
}

/** The type that is left without some axes. */
export function withoutAxes({ shape, dtype }: TensorType, axes: readonly number[]): TensorType {
  return { shape: shape.filter((_, axis) => !axes.includes(axis)), dtype };
}

/** A tensor without the given axes, repeated along them. */
function alongAxes(x: Tensor, { shape }: TensorType, axes: readonly number[]): Tensor {
  return broadcastTo(
    reshape(
      x,
      shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
    ),
    shape,
  );
}

/** The batching rule of reductions. */
export function batchAxes(primitive: Primitive<AxesParams>) {
  return ({ inputs, params: { axes } }: BatchCall<AxesParams>): readonly Tensor[] =>
    apply(primitive, inputs, { axes: axes.map((axis) => axis + 1) });
}

/** Basis: 0 where there is nothing to add. i32 wraps around. */
const sumPrimitive: Primitive<AxesParams> = {
  name: "sum",
  contract: KERNEL_CONTRACT,
  type([x], { axes }) {
    check(
      x!.dtype !== "bool" && isCompute(x!.dtype),
      () => `sum: takes f32, f64, i32, got ${showType(x!)}; cast() it first`,
    );
    return [withoutAxes(x!, axes)];
  },
  gradient: ({ inputs: [x], cotangents: [g], params: { axes } }) => [alongAxes(g!, x!, axes)],
  batch: (call) => batchAxes(sumPrimitive)(call),
};

/** Applies a reduction to the given axes, by default all. */
export function reduce(
  primitive: Primitive<AxesParams>,
  x: Tensor,
  given?: readonly number[] | number,
  options?: ReduceOptions,
): Tensor {
  const axes = normalizeAxes(
    primitive.name,
    x,
    typeof given === "number" ? [given] : (given ?? axesOf(x)),
  );
  const result = axes.length === 0 ? x : apply(primitive, [x], { axes })[0]!;
  return options?.keepDims
    ? reshape(
        result,
        x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
      )
    : result;
}

/** The sum over the given axes, by default all. */
export function sum(x: Tensor, axes?: readonly number[] | number, options?: ReduceOptions): Tensor {
  return reduce(sumPrimitive, x, axes, options);
}
