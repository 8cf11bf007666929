import { exactValues } from "./exact.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { isRecorded, sectionsOf, type Plan } from "../sections/sections.ts";
import { hasPairs } from "../code/tile.ts";

/** Values of fewer elements stay as they are: there is nothing to be saved, and losses and statistics are exact. */
const LEAST = 1024;

/**
 * Chooses the values that are stored as halves: floats that are computed and read on the way, but for those that have
 * to be exact, the results of sums and maxima, and what recorded kernels read and write.
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
  const isReduced = ["sum", "max", "partial"].includes(op) || (params["parts"] as number) > 1;
  return dtype === "f32" && size >= LEAST && !isReduced;
}
