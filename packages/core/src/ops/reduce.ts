import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isCompute, showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { not } from "./bits.ts";
import { equal, isNaN, select } from "./compare.ts";
import { iota } from "./constant.ts";
import {
  axesOf,
  normalizeAxes,
  normalizeAxis,
  pad,
  reshape,
  sliceAxis,
  transpose,
} from "./shape.ts";
import { batchAxes, reduce, sum, withoutAxes, type AxesParams, type ReduceOptions } from "./sum.ts";
import { cast, neg } from "./unary.ts";

type AxisParams = { readonly axis: number };

/** Basis: NaN where an element is NaN. No axis may be empty. Of equal elements, the first gets the gradient. */
const maxPrimitive: Primitive<AxesParams> = {
  name: "max",
  contract: KERNEL_CONTRACT,
  type: ([x], { axes }) => [extremumType("max", x!, axes)],
  gradient: ({ inputs: [x], cotangents: [g], params: { axes } }) => [toFirst(x!, g!, axes, argMax)],
  batch: (call) => batchAxes(maxPrimitive)(call),
};

const minPrimitive: Primitive<AxesParams> = {
  name: "min",
  contract: KERNEL_CONTRACT,
  type: ([x], { axes }) => [extremumType("min", x!, axes)],
  gradient: ({ inputs: [x], cotangents: [g], params: { axes } }) => [toFirst(x!, g!, axes, argMin)],
  batch: (call) => batchAxes(minPrimitive)(call),
  lower: ([x], { axes }) => [opposite(max(opposite(x!), axes))],
};

/** The index of the first maximum, or of the first NaN. */
const argMaxPrimitive: Primitive<AxisParams> = {
  name: "argMax",
  contract: KERNEL_CONTRACT,
  type: ([x], { axis }) => [{ ...extremumType("argMax", x!, [axis]), dtype: "i32" }],
  batch: ({ inputs: [x], params: { axis } }) => [argMax(x!, axis + 1)],
  lower([x], { axis }) {
    const best = max(x!, [axis], { keepDims: true });
    const found = select(isNaN(best), isNaN(x!), equal(x!, best));
    const length = x!.shape[axis]!;
    const index = reshape(
      iota(length),
      x!.shape.map((_, a) => (a === axis ? length : 1)),
    );
    return [min(select(found, index, length), [axis])];
  },
};

function extremumType(name: string, x: TensorType, axes: readonly number[]): TensorType {
  check(
    isCompute(x.dtype) && x.dtype !== "bool",
    () => `${name}: takes f32, f64, i32, got ${showType(x)}; cast() it first`,
  );
  check(
    axes.every((axis) => x.shape[axis]! > 0),
    () => `${name}: ${showType(x)} has no elements along axis ${axes}`,
  );
  return withoutAxes(x, axes);
}

/** A tensor in the opposite order of values, without the overflow of -(-2³¹). */
function opposite(x: Tensor): Tensor {
  return x.dtype === "i32" ? not(x) : neg(x);
}

/** The cotangent of an extremum, at the first place where it is reached, zero elsewhere. */
function toFirst(
  x: Tensor,
  g: Tensor,
  axes: readonly number[],
  find: (x: Tensor, axis: number) => Tensor,
): Tensor {
  const kept = axesOf(x).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const last = transpose(x, order);
  const flat = reshape(last, [
    ...g.shape,
    axes.reduce((length, axis) => length * x.shape[axis]!, 1),
  ]);
  const rank = g.shape.length;
  const count = flat.shape[rank]!;
  const index = reshape(find(flat, rank), [...g.shape, 1]);
  const routed = select(equal(index, iota(count)), reshape(g, [...g.shape, 1]), 0);
  return transpose(
    reshape(routed, last.shape),
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** The largest element along the given axes, by default all; NaN where one is NaN. */
export function max(x: Tensor, axes?: readonly number[] | number, options?: ReduceOptions): Tensor {
  return reduce(maxPrimitive, x, axes, options);
}

/** The smallest element along the given axes, by default all; NaN where one is NaN. */
export function min(x: Tensor, axes?: readonly number[] | number, options?: ReduceOptions): Tensor {
  return reduce(minPrimitive, x, axes, options);
}

/** The index of the first largest element along an axis, as i32; of the first NaN where there is one. */
export function argMax(x: Tensor, axis = -1): Tensor {
  return apply(argMaxPrimitive, [x], { axis: normalizeAxis("argMax", x, axis) })[0]!;
}

/** The index of the first smallest element along an axis, as i32; of the first NaN where there is one. */
export function argMin(x: Tensor, axis = -1): Tensor {
  return argMax(opposite(x), axis);
}

/** The mean over the given axes, by default all. */
export function mean(
  x: Tensor,
  axes?: readonly number[] | number,
  options?: ReduceOptions,
): Tensor {
  const total = sum(x, axes, options);
  return div(total, x.size / total.size);
}

/** The product over the given axes, by default all, by halving each axis. */
export function prod(
  x: Tensor,
  axes?: readonly number[] | number,
  options?: ReduceOptions,
): Tensor {
  const along = normalizeAxes("prod", x, typeof axes === "number" ? [axes] : (axes ?? axesOf(x)));
  let result = x;
  for (const axis of along) {
    if (x.shape[axis] === 0) result = add(sum(result, axis, { keepDims: true }), 1);
    while (result.shape[axis]! > 1) {
      const length = result.shape[axis]!;
      const half = Math.ceil(length / 2);
      const ends = result.shape.map((_, a) => (a === axis ? half * 2 - length : 0));
      const even = pad(
        result,
        ends.map(() => 0),
        ends,
        1,
      );
      result = mul(sliceAxis(even, axis, 0, half), sliceAxis(even, axis, half, half * 2));
    }
  }
  return options?.keepDims ? result : reshape(result, withoutAxes(x, along).shape);
}

/** Whether all bools along the given axes are true. */
export function all(x: Tensor, axes?: readonly number[] | number, options?: ReduceOptions): Tensor {
  return not(any(not(x), axes, options));
}

/** Whether one of the bools along the given axes is true. */
export function any(x: Tensor, axes?: readonly number[] | number, options?: ReduceOptions): Tensor {
  return cast(sum(cast(x, "i32"), axes, options), "bool");
}

/** The mean squared distance from the mean. */
export function variance(
  x: Tensor,
  axes?: readonly number[] | number,
  options?: ReduceOptions,
): Tensor {
  const distance = sub(x, mean(x, axes, { keepDims: true }));
  return mean(mul(distance, distance), axes, options);
}
