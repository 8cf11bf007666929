import type { Graph, Region, Value } from "./graph.ts";
import { isRecorded, sectionsOf, type Plan } from "./sections.ts";
import { hasPairs } from "./tile.ts";

/** Values of fewer elements stay as they are: there is nothing to be saved, and losses and statistics are exact. */
const LEAST = 1024;

/** Operations that leave elements as they are. */
const moves = ["copy", "reshape", "transpose", "broadcastTo", "slice", "reverse", "pad"].concat([
  "concat",
  "gather",
  "select",
]);

/**
 * Chooses the values that are stored as halves: floats that are computed and read on the way. Exact are values that
 * leave the program or go from step to step of a loop, the results of reductions, what is compared for equality, and
 * what recorded kernels read and write.
 */
export function chooseHalves(graph: Graph, plan: Plan): Set<Value> {
  const exact = exactValues(graph.top);
  const halves = new Set<Value>();
  const sections = sectionsOf(plan);
  for (const { product, roots } of sections)
    if (!product || hasPairs(product))
      for (const root of roots) if (mayBeHalf(root) && !exact.has(root)) halves.add(root);
  for (const { product } of sections.filter(isRecorded))
    for (const value of [product!, ...product!.inputs]) halves.delete(value);
  return halves;
}

function mayBeHalf({ dtype, size, op, params }: Value): boolean {
  const isReduced = op === "sum" || op === "partial" || (params["parts"] as number) > 1;
  return dtype === "f32" && size >= LEAST && !isReduced;
}

/** Copies, sources of slices, what may be equal to something that is not rounded, and what they are moved from. */
function exactValues(top: Region): Set<Value> {
  const exact = new Set<Value>();
  const keep = (value: Value): void => {
    if (exact.has(value)) return;
    exact.add(value);
    if (moves.includes(value.op)) value.inputs.forEach(keep);
  };
  const keepAll = ({ values, loops }: Region): void => {
    for (const value of values)
      if (value.op === "copy") keep(value);
      else if (value.op === "equal") value.inputs.forEach(keep);
    for (const { slices, body } of loops) {
      for (const { source } of slices) keep(source);
      keepAll(body);
    }
  };
  keepAll(top);
  return exact;
}
