import { sizeOf } from "@nn/core";
import { isGiven, type Graph, type Region, type Value } from "./graph.ts";

/** What operations cost that are more than an addition; moving elements around is nearly free. */
const costs: Readonly<Record<string, number>> = {
  div: 4,
  sqrt: 4,
  exp: 15,
  log: 15,
  tanh: 15,
  sigmoid: 15,
  sin: 30,
  cos: 30,
  pow: 40,
  rem: 40,
  randomBits: 80,
  full: 0,
  iota: 0,
  copy: 0,
  reshape: 0,
  broadcastTo: 0,
  transpose: 0.05,
  slice: 0.05,
  reverse: 0.05,
  gather: 0.05,
  pad: 0.5,
};

/** What an access to memory costs. */
const access = 2;

/** So many operations fit into one expression. */
const limit = 200;

/** What is always computed on its own. */
const anchors = ["matmul", "scatterAdd", "partial"];

/**
 * Decides which values of a region are stored in memory, because something needs them there or because computing them
 * again wherever they are needed costs more, and adds them to `graph.stored`. All others are computed where they are
 * used.
 */
export function chooseStored({ stored }: Graph, region: Region): void {
  const costOf = new Map<Value, number>();
  const sizeOfCode = new Map<Value, number>();
  for (const value of region.values) {
    const { op, inputs, size } = value;
    const isReduction = op === "sum" || op === "max" || op === "argMax";
    const length = isReduction && size > 0 ? inputs[0]!.size / size : 1;
    if (anchors.includes(op) || (isReduction && length > 8)) stored.add(value);
    const within = inputs.filter((x) => x.region === region && !stored.has(x) && !isGiven(x));
    const own = isReduction ? 1 : (costs[op] ?? 1);
    const total = own + within.reduce((sum, x) => sum + costOf.get(x)!, 0);
    const code = 1 + within.reduce((sum, x) => sum + sizeOfCode.get(x)!, 0);
    if (code > limit) stored.add(value);
    costOf.set(value, stored.has(value) || isGiven(value) ? 0 : total * length);
    sizeOfCode.set(value, stored.has(value) ? 1 : code);
  }
  /** How often a value would be computed if it were not stored. */
  const uses = new Map<Value, number>();
  for (const value of region.values.toReversed()) {
    const { op, size, inputs } = value;
    if (op === "copy") uses.set(value, size);
    const times = uses.get(value) ?? 0;
    if (!isGiven(value) && !value.isConstant && size > 0) {
      const again = costOf.get(value)! * Math.max(0, times - size);
      if (again > access * size * 2) stored.add(value);
    }
    const computed = stored.has(value) ? size : times;
    inputs.forEach((input, i) => {
      const perResult =
        op === "matmul" ? productUses(value, i) / size : input.size > size ? input.size / size : 1;
      const isRandomKey = op === "randomBits" && i === 0;
      const more = computed * (op === "scatterAdd" || isRandomKey ? 2 : perResult);
      if (computed > 0) uses.set(input, (uses.get(input) ?? 0) + more);
    });
  }
  // Products read their operands so often that these are at most moved.
  for (const value of region.values)
    if (value.op === "matmul")
      for (const input of value.inputs) if (!isMoved(input, stored)) stored.add(input);
}

/** How often a product reads elements of an operand: once for each tile. */
function productUses({ size, shape, inputs, params }: Value, operand: number): number {
  const inner = inputs[0]!.shape.at(params["transposeA"] ? -2 : -1)!;
  const tile = Math.min(4, shape.at(operand === 0 ? -1 : -2)!);
  return (size * inner) / Math.max(1, tile * sizeOf([params["parts"] as number]));
}

/** Whether a value is found in memory with a little arithmetic on indices. */
function isMoved(value: Value, stored: ReadonlySet<Value>): boolean {
  if (isGiven(value) || stored.has(value)) return true;
  const { op, inputs } = value;
  if (op === "gather") return isMoved(inputs[0]!, stored) && isIndex(inputs[1]!, stored);
  const moves = ["reshape", "transpose", "broadcastTo", "slice", "reverse", "full"];
  return moves.includes(op) && inputs.every((input) => isMoved(input, stored));
}

function isIndex(value: Value, stored: ReadonlySet<Value>): boolean {
  if (isGiven(value) || stored.has(value) || value.isConstant) return true;
  const { op, inputs } = value;
  return op === "reshape" && inputs.every((input) => isIndex(input, stored));
}
