import { isGiven, type Value } from "./graph.ts";

/** Operations that find the elements of their first operand with a little arithmetic on indices. */
const moves = ["reshape", "transpose", "broadcastTo", "slice", "reverse"];

/**
 * What a value is a view of: its elements are found there with a little arithmetic on indices. Other values are their
 * own source. Whatever `isStored` is read where it lies.
 */
export function sourceOf(value: Value, isStored: (value: Value) => boolean = isGiven): Value {
  const { op, inputs } = value;
  const isView =
    !isStored(value) && (moves.includes(op) || (op === "gather" && isIndex(inputs[1]!, isStored)));
  return isView ? sourceOf(inputs[0]!, isStored) : value;
}

/** Whether indices are found in memory, or made of counting. */
function isIndex(value: Value, isStored: (value: Value) => boolean): boolean {
  if (isStored(value) || value.isConstant) return true;
  return value.op === "reshape" && isIndex(value.inputs[0]!, isStored);
}
