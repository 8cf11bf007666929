import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorLike } from "../interfaces/tensor.ts";
import { and, not, or } from "./bits.ts";
import { toTensors } from "./constant.ts";
import { define, one } from "./define.ts";
import { alignBatch, binary, broadcastShapes, type Binary } from "./elementwise.ts";
import { checkOperands } from "./operands.ts";

/** Whether a < b, element by element; false where either is NaN. */
export const less: Binary = /* @__PURE__ */ binary("less", "any", { gives: "bool" });

/** Whether a ≤ b, element by element; false where either is NaN. */
export const lessEqual: Binary = /* @__PURE__ */ binary("lessEqual", "any", {
  gives: "bool",
  lower: ([a, b]) => or(less(a!, b!), equal(a!, b!)),
});

/** Whether a > b, element by element; false where either is NaN. */
export const greater: Binary = (a, b) => less(b, a);

/** Whether a ≥ b, element by element; false where either is NaN. */
export const greaterEqual: Binary = (a, b) => lessEqual(b, a);

/** Whether a = b, element by element; false where either is NaN. */
export const equal: Binary = /* @__PURE__ */ binary("equal", "any", { gives: "bool" });

/** Whether a ≠ b, element by element; NaN differs from itself. */
export const notEqual: Binary = (a, b) => not(equal(a, b));

/** Basis: elements of the second operand where the first is true, else of the third. */
const selectPrimitive: Primitive = /* @__PURE__ */ define("select", {
  type(inputs) {
    const [condition, a, b] = inputs;
    checkOperands(
      "select",
      inputs,
      condition!.dtype === "bool" && a!.dtype === b!.dtype,
      () => "a bool and two choices of one dtype (compare or cast() first)",
    );
    return { shape: broadcastShapes("select", inputs), dtype: a!.dtype };
  },
  gradient: [
    null,
    (g, [condition]) => select(condition!, g, 0),
    (g, [condition]) => select(condition!, 0, g),
  ],
  batch: (call) => one(selectPrimitive, alignBatch(call)),
});

/** Elements of `a` where the condition holds, else of `b`; all three are broadcast. */
export function select(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return one(selectPrimitive, [condition, ...toTensors([a, b])]);
}

/** Where x is NaN. */
export function isNaN(x: Tensor): Tensor {
  return notEqual(x, x);
}

/** Where x is neither NaN nor infinite. */
export function isFinite(x: Tensor): Tensor {
  return and(less(x, Infinity), less(-Infinity, x));
}
