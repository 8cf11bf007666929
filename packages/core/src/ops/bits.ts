import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorLike } from "../interfaces/tensor.ts";
import { full } from "./constant.ts";
import { applyTo, elementwise } from "./elementwise.ts";
import { less, select } from "./compare.ts";

/** Basis, on bool and on the bits of i32. */
const andPrimitive: Primitive = elementwise("and", { takes: "bits" });

/** Basis, on bool and on the bits of i32. */
const xorPrimitive: Primitive = elementwise("xor", { takes: "bits" });

const orPrimitive: Primitive = elementwise("or", {
  takes: "bits",
  lower: ([a, b]) => xor(xor(a!, b!), and(a!, b!)),
});

/** Basis. Only the low 5 bits of the amount count. */
const shiftLeftPrimitive: Primitive = elementwise("shiftLeft", { takes: "integer" });

/** Basis: zeros come in from the left. Only the low 5 bits of the amount count. */
const shiftRightLogicalPrimitive: Primitive = elementwise("shiftRightLogical", {
  takes: "integer",
});

const shiftRightPrimitive: Primitive = elementwise("shiftRight", {
  takes: "integer",
  lower: ([x, amount]) =>
    select(less(x!, 0), not(shiftRightLogical(not(x!), amount!)), shiftRightLogical(x!, amount!)),
});

/** Both: of bools, or of the bits of integers. */
export function and(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(andPrimitive, a, b);
}

/** Either: of bools, or of the bits of integers. */
export function or(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(orPrimitive, a, b);
}

/** Just one: of bools, or of the bits of integers. */
export function xor(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(xorPrimitive, a, b);
}

/** The opposite: of bools, or of the bits of integers. */
export function not(x: Tensor): Tensor {
  return xor(x, x.dtype === "bool" ? full([], true) : -1);
}

/** x with its bits moved to the left; the low 5 bits of the amount count. */
export function shiftLeft(x: TensorLike, amount: TensorLike): Tensor {
  return applyTo(shiftLeftPrimitive, x, amount);
}

/** x with its bits moved to the right, keeping the sign; the low 5 bits of the amount count. */
export function shiftRight(x: TensorLike, amount: TensorLike): Tensor {
  return applyTo(shiftRightPrimitive, x, amount);
}

/** x with its bits moved to the right, zeros coming in; the low 5 bits of the amount count. */
export function shiftRightLogical(x: TensorLike, amount: TensorLike): Tensor {
  return applyTo(shiftRightLogicalPrimitive, x, amount);
}
