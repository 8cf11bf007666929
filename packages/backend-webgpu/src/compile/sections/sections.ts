import type { Loop, Region, Value } from "../graph/graph.ts";

/**
 * What one kernel computes: an invocation for each element, or, of a product, for a tile of it, computes all roots at
 * this element.
 */
export interface Section {
  readonly kind: "section";
  /** Elements of each root. */
  readonly size: number;
  readonly product: Value | undefined;
  readonly roots: readonly Value[];
  /** Values that it reads from memory; true where each element is read by the invocation for the same element only. */
  readonly reads: ReadonlyMap<Value, boolean>;
}

/** A loop between sections. */
export interface LoopItem {
  readonly kind: "loop";
  readonly loop: Loop;
  readonly body: Plan;
  readonly reads: ReadonlyMap<Value, boolean>;
}

export type Item = Section | LoopItem;

/** Sections and loops of a region, by level: those of one level do not depend on each other. */
export interface Plan {
  readonly region: Region;
  readonly levels: readonly (readonly Item[])[];
}

/** A copy from one buffer to another, which needs no kernel: WebGPU copies between different ones only. */
export function isTransfer({ op, inputs: [x], params, region }: Value): boolean {
  if (op !== "copy" || region.depth > 0) return false;
  return x!.op === "input" || (x!.op === "result" && params["isOutput"] === true);
}

/** Whether a recorded kernel of somebody else's computes it, which does nothing besides. */
export function isRecorded({ product }: Section): boolean {
  return product?.params["isRecorded"] === true;
}

/** Values that an item leaves in memory. */
export function madeBy(item: Item): readonly Value[] {
  if (item.kind === "section") return item.roots;
  return [...item.loop.carries, ...item.loop.stacks].map(({ result }) => result);
}

/** All sections of a plan, also those in loops. */
export function sectionsOf({ levels }: Plan): Section[] {
  return levels.flat().flatMap((item) => (item.kind === "loop" ? sectionsOf(item.body) : [item]));
}

/** By value: the items that read it from memory. */
export function readersOf(items: readonly Item[]): Map<Value, Item[]> {
  const readers = new Map<Value, Item[]>();
  for (const item of items)
    for (const value of item.reads.keys()) {
      const list = readers.get(value);
      if (list) list.push(item);
      else readers.set(value, [item]);
    }
  return readers;
}
