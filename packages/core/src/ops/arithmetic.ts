import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorLike } from "../interfaces/tensor.ts";
import { full } from "./constant.ts";
import { applyTo, elementwise } from "./elementwise.ts";
import { greater, greaterEqual, less, select } from "./compare.ts";
import { log, neg } from "./unary.ts";

/** Basis. i32 wraps around. */
export const addPrimitive: Primitive = elementwise("add", {
  takes: "number",
  gradient: [(g) => g, (g) => g],
  fold: (a, b) => a + b,
  neutral: [-0, -0],
});

const subPrimitive: Primitive = elementwise("sub", {
  takes: "number",
  gradient: [(g) => g, neg],
  lower: ([a, b]) => add(a!, neg(b!)),
  fold: (a, b) => a - b,
  neutral: [undefined, 0],
});

/** Basis. i32 wraps around. */
const mulPrimitive: Primitive = elementwise("mul", {
  takes: "number",
  gradient: [(g, [, b]) => mul(g, b!), (g, [a]) => mul(g, a!)],
  fold: (a, b) => a * b,
  neutral: [1, 1],
});

/** Basis. i32 truncates; division by 0 gives 0. */
const divPrimitive: Primitive = elementwise("div", {
  takes: "number",
  gradient: [(g, [, b]) => div(g, b!), (g, [, b], y) => neg(mul(g, div(y, b!)))],
  fold: (a, b) => a / b,
  neutral: [undefined, 1],
});

/** Basis. The remainder has the sign of the dividend; for i32, the remainder by 0 is 0. */
const remPrimitive: Primitive = elementwise("rem", {
  takes: "number",
  gradient: [(g) => g, (g, [a, b], y) => neg(mul(g, div(sub(a!, y), b!)))],
});

/** Basis. */
const powPrimitive: Primitive = elementwise("pow", {
  takes: "float",
  gradient: [
    (g, [a, b]) => mul(g, select(notZero(b!), mul(b!, pow(a!, sub(b!, 1))), 0)),
    (g, [a], y) => mul(g, select(greater(a!, 0), mul(y, log(select(greater(a!, 0), a!, 1))), 0)),
  ],
});

/** Basis. NaN where either operand is NaN; of equal operands, the first gets the gradient. */
const maximumPrimitive: Primitive = elementwise("maximum", {
  takes: "number",
  gradient: [
    (g, [a, b]) => select(greaterEqual(a!, b!), g, 0),
    (g, [a, b]) => select(greaterEqual(a!, b!), 0, g),
  ],
});

/** Basis. NaN where either operand is NaN; of equal operands, the first gets the gradient. */
const minimumPrimitive: Primitive = elementwise("minimum", {
  takes: "number",
  gradient: [
    (g, [a, b]) => select(greaterEqual(b!, a!), g, 0),
    (g, [a, b]) => select(greaterEqual(b!, a!), 0, g),
  ],
});

function notZero(x: Tensor): Tensor {
  return select(less(x, 0), full([], true), greater(x, 0));
}

/** a + b, broadcast. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(addPrimitive, a, b);
}

/** a - b, broadcast. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(subPrimitive, a, b);
}

/** a · b, broadcast. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(mulPrimitive, a, b);
}

/** a / b, broadcast. i32 truncates, and division by 0 gives 0. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(divPrimitive, a, b);
}

/** The remainder of a / b, with the sign of a. */
export function rem(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(remPrimitive, a, b);
}

/** a to the power b. */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(powPrimitive, a, b);
}

/** The larger of a and b; NaN where either is NaN. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(maximumPrimitive, a, b);
}

/** The smaller of a and b; NaN where either is NaN. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(minimumPrimitive, a, b);
}

/** x limited to the range from `low` to `high`. */
export function clip(x: TensorLike, low: TensorLike, high: TensorLike): Tensor {
  return minimum(maximum(x, low), high);
}
