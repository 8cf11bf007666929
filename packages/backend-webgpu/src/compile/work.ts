import { costs, usesOf } from "./graph/cost.ts";
import { isGiven, type Value } from "./graph/graph.ts";
import type { Section } from "./sections/sections.ts";

/**
 * Invocations that a GPU runs in the time of one: with fewer, most of it has nothing to do. A small one is meant here;
 * large ones take a hundred times as many.
 */
const LANES = 1024;

/** What an access to memory costs, and an invocation before it does anything; a lot, where software is the GPU. */
const ACCESS = 8;
const INVOCATION = 16;

/**
 * About how many elementary operations a section takes, all its invocations together; a multiplication and an
 * addition are two. What is not stored counts as often as it is computed.
 */
export function workOf({ roots, size }: Section, isStored: (value: Value) => boolean): number {
  const computed = new Set(roots);
  const isRead = (value: Value): boolean =>
    isGiven(value) || (isStored(value) && !computed.has(value));
  /** How many elements of each value are computed. Those that several others are made of are computed once. */
  const times = new Map<Value, number>();
  const addTimes = (value: Value, count: number): void => {
    times.set(value, Math.max(count, times.get(value) ?? 0));
  };
  let work = INVOCATION * Math.max(LANES, size);
  for (const root of roots) {
    const count = Math.max(LANES, root.size);
    addTimes(root, count);
    work += ACCESS * count;
  }
  for (const value of withOperands(roots, isRead)) {
    const count = times.get(value)!;
    work += count * costOf(value);
    value.inputs.forEach((input, i) => {
      if (input.size === 0) return;
      const uses = count * readsOf(value, input, i);
      // Products have what they read at hand.
      if (isRead(input)) work += (value.op === "matmul" ? 1 : ACCESS) * uses;
      else addTimes(input, uses);
    });
  }
  return work;
}

/** Values, and all that they are made of which is not read from memory; each before its operands. */
function withOperands(roots: readonly Value[], isRead: (value: Value) => boolean): Value[] {
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    for (const input of value.inputs) if (input.size > 0 && !isRead(input)) visit(input);
    seen.add(value);
  };
  roots.forEach(visit);
  return [...seen].toReversed();
}

/** Operations for an element, without those for elements of the operands. */
function costOf(value: Value): number {
  const { op, inputs } = value;
  if (op === "matmul") return 2 * innerOf(value);
  if (op === "scatterAdd") {
    const grid = inputs[1]!.integers()?.grid;
    return grid ? 4 * grid.columns : 2 * inputs[1]!.size;
  }
  const isReduction = ["sum", "max", "argMax", "partial"].includes(op);
  return isReduction ? usesOf(value, inputs[0]!, 0) : (costs[op] ?? 1);
}

/** The length of the sums of a product. */
function innerOf({ inputs, params }: Value): number {
  const inner = inputs[0]!.shape.at(params["transposeA"] ? -2 : -1)!;
  return inner / (params["parts"] as number);
}

/** How many elements of an operand are read for an element. */
function readsOf(value: Value, input: Value, operand: number): number {
  if (value.op !== "scatterAdd") return usesOf(value, input, operand);
  if (operand === 1) return input.integers()?.grid ? 0 : input.size;
  return operand === 0 ? 1 : input.size / value.size;
}
