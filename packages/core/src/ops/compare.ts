import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { showType } from "../engine/dtype.ts";
import { check } from "../engine/errors.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorLike } from "../interfaces/tensor.ts";
import { toTensors } from "./constant.ts";
import { alignBatch, applyTo, broadcastShapes, elementwise } from "./elementwise.ts";
import { and, not, or } from "./bits.ts";
import { sumTo } from "./shape.ts";

/** Basis: whether a < b; false where either is NaN. */
const lessPrimitive: Primitive = elementwise("less", { takes: "any", gives: "bool" });

/** Basis: whether a = b; false where either is NaN. */
const equalPrimitive: Primitive = elementwise("equal", { takes: "any", gives: "bool" });

const lessEqualPrimitive: Primitive = elementwise("lessEqual", {
  takes: "any",
  gives: "bool",
  lower: ([a, b]) => or(less(a!, b!), equal(a!, b!)),
});

/** Basis: elements of the second operand where the first is true, else of the third. */
const selectPrimitive: Primitive = {
  name: "select",
  contract: KERNEL_CONTRACT,
  type([condition, a, b]) {
    check(
      condition!.dtype === "bool",
      () => `select: the condition must be bool, got ${showType(condition!)}; compare first`,
    );
    check(
      a!.dtype === b!.dtype,
      () => `select: the choices are ${showType(a!)} and ${showType(b!)}; cast() one of them`,
    );
    return [{ shape: broadcastShapes("select", [condition!, a!, b!]), dtype: a!.dtype }];
  },
  gradient: ({ inputs: [condition, a, b], cotangents: [g], needed }) => [
    undefined,
    needed[1] ? sumTo(select(condition!, g!, 0), a!) : undefined,
    needed[2] ? sumTo(select(condition!, 0, g!), b!) : undefined,
  ],
  batch: (call) => apply(selectPrimitive, alignBatch(call)),
};

/** Whether a < b, element by element. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(lessPrimitive, a, b);
}

/** Whether a ≤ b, element by element. */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(lessEqualPrimitive, a, b);
}

/** Whether a > b, element by element. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return less(b, a);
}

/** Whether a ≥ b, element by element. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return lessEqual(b, a);
}

/** Whether a = b, element by element. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return applyTo(equalPrimitive, a, b);
}

/** Whether a ≠ b, element by element; NaN differs from itself. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return not(equal(a, b));
}

/** Elements of `a` where the condition holds, else of `b`; all three are broadcast. */
export function select(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return apply(selectPrimitive, [condition, ...toTensors([a, b])])[0]!;
}

/** Where x is NaN. */
export function isNaN(x: Tensor): Tensor {
  return notEqual(x, x);
}

/** Where x is neither NaN nor infinite. */
export function isFinite(x: Tensor): Tensor {
  return and(less(x, Infinity), less(-Infinity, x));
}
