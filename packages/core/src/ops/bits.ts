import type { Tensor } from "../interfaces/tensor.ts";
import { full } from "./constant.ts";
import { binary, type Binary } from "./elementwise.ts";
import { less, select } from "./compare.ts";

/** Both: of bools, or of the bits of integers. */
export const and: Binary = /* @__PURE__ */ binary("and", "bits", {});

/** Either: of bools, or of the bits of integers. */
export const or: Binary = /* @__PURE__ */ binary("or", "bits", {
  lower: ([a, b]) => xor(xor(a!, b!), and(a!, b!)),
});

/** Just one: of bools, or of the bits of integers. */
export const xor: Binary = /* @__PURE__ */ binary("xor", "bits", {});

/** The opposite: of bools, or of the bits of integers. */
export function not(x: Tensor): Tensor {
  return xor(x, x.dtype === "bool" ? full([], true) : -1);
}

/** x with its bits moved to the left; the low 5 bits of the amount count. */
export const shiftLeft: Binary = /* @__PURE__ */ binary("shiftLeft", "integer", {});

/** x with its bits moved to the right, keeping the sign; the low 5 bits of the amount count. */
export const shiftRight: Binary = /* @__PURE__ */ binary("shiftRight", "integer", {
  lower: ([x, amount]) =>
    select(less(x!, 0), not(shiftRightLogical(not(x!), amount!)), shiftRightLogical(x!, amount!)),
});

/** x with its bits moved to the right, zeros coming in; the low 5 bits of the amount count. */
export const shiftRightLogical: Binary = /* @__PURE__ */ binary("shiftRightLogical", "integer", {});
