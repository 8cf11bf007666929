import { operators } from "../../wgsl/operators.ts";
import { isGiven, type Loop, type Value } from "../graph/graph.ts";
import type { Plan } from "./sections.ts";

/** What a root reads from memory; true where each element reads no other one than that at its place. */
export function readsOf(stored: ReadonlySet<Value>, root: Value): Map<Value, boolean> {
  const reads = new Map<Value, boolean>();
  const seen = new Map<Value, boolean>();
  const visit = (value: Value, isAligned: boolean): void => {
    value.inputs.forEach((input, i) => {
      const aligned = isAligned && keepsPlace(value, i);
      if (input.size === 0) return;
      if (isGiven(input) || stored.has(input))
        reads.set(input, aligned && (reads.get(input) ?? true));
      else if (seen.get(input) !== false && seen.get(input) !== aligned) {
        seen.set(input, aligned);
        visit(input, aligned);
      }
    });
  };
  visit(root, true);
  return reads;
}

/** Whether an element of a value is made of the element of an operand that is at the same place. */
function keepsPlace({ op, size, inputs }: Value, operand: number): boolean {
  if (op === "reshape" || (op === "scatterAdd" && operand === 0)) return true;
  return Object.hasOwn(operators, op) && inputs[operand]!.size === size;
}

/** What a loop reads from memory: where its carries begin, whole sources of slices, and what its body reads. */
export function loopReads(loop: Loop, body: Plan): Map<Value, boolean> {
  const reads = new Map<Value, boolean>();
  for (const { initial } of loop.carries) reads.set(initial, false);
  for (const { source } of loop.slices) reads.set(source, false);
  for (const item of body.levels.flat())
    for (const value of item.reads.keys()) if (value.region !== loop.body) reads.set(value, false);
  return reads;
}
