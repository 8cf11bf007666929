import { operators } from "../../wgsl/operators.ts";
import type { Region, Value } from "../graph/graph.ts";

/** Operations that leave elements as they are. */
const moves = ["copy", "reshape", "transpose", "broadcastTo", "slice", "reverse", "pad"].concat([
  "concat",
  "gather",
  "select",
]);

/**
 * Values that must not be rounded to halves: those that leave the program or go from step to step of a loop, what is
 * compared for equality, as the other side may not be rounded, floats that become integers, as 4999.8 is not to be 5000,
 * and random numbers, which stay below 1.
 */
export function exactValues(top: Region): Set<Value> {
  const exact = new Set<Value>();
  const keepMoved = keeper(exact, isMove);
  const keepComputed = keeper(exact, (value) => isMove(value) || isElementwise(value));
  const drawn = new Set<Value>();
  const visit = ({ values, loops }: Region): void => {
    for (const value of values) {
      const [x] = value.inputs;
      if (value.op === "copy") keepMoved(value);
      else if (mayBeEqual(value)) value.inputs.forEach(keepMoved);
      else if (value.op === "cast" && x!.dtype === "f32") keepComputed(x!);
      if (isDrawn(value, drawn)) drawn.add(value);
    }
    for (const { slices, body } of loops) {
      for (const { source } of slices) keepMoved(source);
      visit(body);
    }
  };
  visit(top);
  for (const value of drawn) exact.add(value);
  return exact;
}

/** Adds a value to a set, and what it is made of as long as the operations pass. */
function keeper(set: Set<Value>, passes: (value: Value) => boolean): (value: Value) => void {
  const seen = new Set<Value>();
  return (first) => {
    const open = [first];
    for (let value = open.pop(); value; value = open.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      set.add(value);
      if (passes(value)) open.push(...value.inputs);
    }
  };
}

/** Whether it tells if two values are equal that are computed; around a constant, rounding changes little. */
function mayBeEqual({ op, inputs }: Value): boolean {
  return op === "equal" || (op === "lessEqual" && !inputs.some((x) => x.isConstant));
}

/** Whether it is made of random bits and constants alone. Masks are not: they may choose any numbers. */
function isDrawn(value: Value, drawn: ReadonlySet<Value>): boolean {
  const { op, dtype, inputs } = value;
  if (op === "randomBits") return true;
  if (dtype === "bool" || !(isMove(value) || isElementwise(value))) return false;
  return inputs.some((x) => drawn.has(x)) && inputs.every((x) => x.isConstant || drawn.has(x));
}

function isMove({ op }: Value): boolean {
  return moves.includes(op);
}

function isElementwise({ op }: Value): boolean {
  return Object.hasOwn(operators, op);
}
