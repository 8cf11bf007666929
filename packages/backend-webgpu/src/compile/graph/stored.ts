import { costs, isReduction, usesOf } from "./cost.ts";
import { isGiven, type Graph, type Region, type Value } from "./graph.ts";
import { sourceOf } from "./views.ts";

/** What an access to memory costs. */
const access = 2;

/** So much work is done in the time that one more kernel takes to begin. */
const small = 20_000;

/** So many operations fit into one expression. */
const limit = 200;

/** Operations that are never part of another one's code. */
const anchors = ["matmul", "scatterAdd", "partial"];

/**
 * Decides which values of a region and of the loops in it are stored in memory, because something needs them there or
 * because computing them again wherever they are needed costs more, and adds them to `graph.stored`. All others are
 * computed where they are used.
 */
export function chooseStored(graph: Graph, region: Region): void {
  for (const { body } of region.loops) chooseStored(graph, body);
  const { stored } = graph;
  for (const value of region.values) if (isAnchor(value)) stored.add(value);
  // What an expression costs depends on which of its parts are stored: the first round's answer is a good guess.
  const guess = chooseByCost(region, stored, stored);
  for (const value of chooseByCost(region, stored, guess)) stored.add(value);
}

/** What is always computed on its own. */
function isAnchor({ op, size, inputs: [x] }: Value): boolean {
  return anchors.includes(op) || (isReduction(op) && x!.size > 8 * size);
}

/** What is best stored, if `guess` tells what is stored of the operands. */
function chooseByCost(
  region: Region,
  required: ReadonlySet<Value>,
  guess: ReadonlySet<Value>,
): Set<Value> {
  const stored = new Set(required);
  /** By value: what computing an element costs, and how many operations that are. */
  const costOf = new Map<Value, number>();
  const codeOf = new Map<Value, number>();
  for (const value of region.values) {
    const { op, inputs, size } = value;
    const within = inputs.filter((x) => x.region === region && !isGiven(x));
    const sumOf = (amounts: ReadonlyMap<Value, number>): number =>
      within.reduce((sum, x) => sum + (guess.has(x) ? 0 : amounts.get(x)!), 0);
    const length = isReduction(op) && size > 0 ? inputs[0]!.size / size : 1;
    const single = isReduction(op) ? 1 : (costs[op] ?? 1);
    costOf.set(value, value.isConstant || isGiven(value) ? 0 : (single + sumOf(costOf)) * length);
    const code = 1 + within.reduce((sum, x) => sum + (stored.has(x) ? 0 : codeOf.get(x)!), 0);
    if (code > limit) stored.add(value);
    codeOf.set(value, code);
  }
  /** How often a value would be computed if it were not stored. */
  const uses = new Map<Value, number>();
  for (const value of region.values.toReversed()) {
    const { op, size, inputs } = value;
    if (op === "copy") uses.set(value, size);
    const times = uses.get(value) ?? 0;
    if (!isGiven(value) && !value.isConstant && size > 0) {
      const again = costOf.get(value)! * Math.max(0, times - size);
      if (again > small + access * size * 2) stored.add(value);
    }
    const computed = stored.has(value) ? size : times;
    if (computed === 0) continue;
    inputs.forEach((input, i) => {
      uses.set(input, (uses.get(input) ?? 0) + computed * usesOf(value, input, i));
    });
  }
  // Products read their operands so often that these are at most moved, and windows of something at no other place.
  const isStored = (value: Value): boolean => isGiven(value) || stored.has(value);
  for (const value of region.values)
    if (value.op === "matmul")
      for (const input of value.inputs) {
        const source = sourceOf(input, isStored);
        if (isStored(source) || source.op === "full") continue;
        stored.add(source.size < input.size ? source : input);
      }
  return stored;
}
