import { separateCarries } from "./carries.ts";
import { isGiven, type Graph, type Loop, type Value } from "../graph/graph.ts";
import { levelsOf } from "./levels.ts";
import { mergeSections } from "./merge.ts";
import { loopReads, readsOf } from "./reads.ts";
import { isTransfer, type Item, type Plan } from "./sections.ts";

/**
 * Forms as few sections as possible of a program or of the body of a loop, and puts each on the first level where it can
 * run. Those of values that stay `apart` are not joined with others.
 */
export function planSections(graph: Graph, apart: ReadonlySet<Value>, loop?: Loop): Plan {
  const { stored } = graph;
  const region = loop?.body ?? graph.top;
  const items: Item[] = [];
  const nexts = new Map<Value, Value>();
  for (const { carry, next } of loop?.carries ?? []) nexts.set(next, carry);
  separateCarries(stored, region, nexts);
  for (const value of region.values) {
    const isRoot = !isGiven(value) && (stored.has(value) || value.op === "copy");
    const isKept = nexts.has(value) && nexts.get(value) === value.inputs[0];
    if (!isRoot || value.size === 0 || isTransfer(value) || isKept) continue;
    const product = value.op === "matmul" ? value : undefined;
    const reads = readsOf(stored, value);
    items.push({ kind: "section", size: value.size, product, roots: [value], reads });
  }
  for (const inner of region.loops) {
    const body = planSections(graph, apart, inner);
    items.push({ kind: "loop", loop: inner, body, reads: loopReads(inner, body) });
  }
  return { region, levels: levelsOf(mergeSections(items, nexts, apart), nexts) };
}
