import { sizeOf } from "../engine/dtype.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { not } from "./bits.ts";
import { equal, isNaN, select } from "./compare.ts";
import { iota } from "./constant.ts";
import { define, one } from "./define.ts";
import { checkDtype, checkOperands } from "./operands.ts";
import {
  alongAxis,
  axesOf,
  expandDims,
  inverse,
  normalizeAxis,
  pad,
  reshape,
  sliceAxis,
  transpose,
} from "./shape.ts";
import { axesFrom, reduction, sum, withoutAxes, type Reduction } from "./sum.ts";
import { cast, neg } from "./unary.ts";

/**
 * The largest element along the given axes, by default all, none of which may be empty; NaN where one is NaN. Of equal
 * elements, the first gets the gradient.
 */
export const max: Reduction = /* @__PURE__ */ reduction(
  "max",
  { gradient: (g, [x], _, { axes }) => toFirst(x!, g, axes) },
  checkNotEmpty,
);

/**
 * The smallest element along the given axes, by default all, none of which may be empty; NaN where one is NaN. Of equal
 * elements, the first gets the gradient.
 */
export const min: Reduction = (x, axes, options) => opposite(max(opposite(x), axes, options));

const argMaxPrimitive: Primitive<{ readonly axis: number }> = /* @__PURE__ */ define("argMax", {
  type([x], { axis }) {
    checkDtype("argMax", "number", [x!]);
    checkNotEmpty("argMax", x!, [axis]);
    return { shape: withoutAxes(x!, [axis]), dtype: "i32" };
  },
  shift: ({ axis }) => ({ axis: axis + 1 }),
  lower([x], { axis }) {
    const best = max(x!, axis, { keepDims: true });
    const found = select(isNaN(best), isNaN(x!), equal(x!, best));
    const length = x!.shape[axis]!;
    const index = reshape(iota(length), alongAxis(x!, axis, length, 1));
    return min(select(found, index, length), axis);
  },
});

function checkNotEmpty(name: string, x: TensorType, axes: readonly number[]): void {
  checkOperands(
    name,
    [x],
    axes.every((axis) => x.shape[axis]! > 0),
    () => `elements along axis ${axes}`,
  );
}

/** A tensor in the opposite order of values, without the overflow of -(-2³¹). */
function opposite(x: Tensor): Tensor {
  return x.dtype === "i32" ? not(x) : neg(x);
}

/** The cotangent of the largest elements, at the first place where it is reached, zero elsewhere. */
function toFirst(x: Tensor, g: Tensor, axes: readonly number[]): Tensor {
  const order = [...axesOf(x).filter((axis) => !axes.includes(axis)), ...axes];
  const last = transpose(x, order);
  const count = sizeOf(axes.map((axis) => x.shape[axis]!));
  const first = expandDims(argMax(reshape(last, [...g.shape, count])), -1);
  const routed = select(equal(first, iota(count)), expandDims(g, -1), 0);
  return transpose(reshape(routed, last.shape), inverse(order));
}

/** The index of the first largest element along an axis, as i32; of the first NaN where there is one. */
export function argMax(x: Tensor, axis = -1): Tensor {
  return one(argMaxPrimitive, [x], { axis: normalizeAxis("argMax", x, axis) });
}

/** The index of the first smallest element along an axis, as i32; of the first NaN where there is one. */
export function argMin(x: Tensor, axis = -1): Tensor {
  return argMax(opposite(x), axis);
}

/** The mean over the given axes, by default all. */
export const mean: Reduction = (x, axes, options) => {
  const total = sum(x, axes, options);
  return div(total, x.size / total.size);
};

/** The product over the given axes, by default all, by halving each axis. */
export const prod: Reduction = (x, axes, options) => {
  const along = axesFrom("prod", x, axes);
  let result = x;
  for (const axis of along) {
    if (x.shape[axis] === 0) result = add(sum(result, axis, { keepDims: true }), 1);
    for (let length: number; (length = result.shape[axis]!) > 1;) {
      const half = Math.ceil(length / 2);
      const missing = alongAxis(x, axis, half * 2 - length);
      const even = pad(result, alongAxis(x, axis, 0), missing, 1);
      result = mul(sliceAxis(even, axis, 0, half), sliceAxis(even, axis, half, half * 2));
    }
  }
  return options?.keepDims ? result : reshape(result, withoutAxes(x, along));
};

/** Whether all bools along the given axes, by default all, are true. */
export const all: Reduction = (x, axes, options) => not(any(not(x), axes, options));

/** Whether one of the bools along the given axes, by default all, is true. */
export const any: Reduction = (x, axes, options) =>
  cast(sum(cast(x, "i32"), axes, options), "bool");

/** The mean squared distance from the mean, over the given axes, by default all. */
export const variance: Reduction = (x, axes, options) => {
  const distance = sub(x, mean(x, axes, { keepDims: true }));
  return mean(mul(distance, distance), axes, options);
};
