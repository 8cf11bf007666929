import { isGiven, type Graph, type Value } from "../graph/graph.ts";
import type { CompileLimits } from "../limits.ts";
import type { Place } from "../memory/memory.ts";
import { isRecorded, sectionsOf, type Plan, type Section } from "./sections.ts";
import { valueOf } from "../graph/value.ts";

/** Names of the buffers that a section touches: parts of scratch memory, inputs and outputs. */
export function buffersOf(
  { reads, roots }: Section,
  places: ReadonlyMap<Value, Place>,
  segment: number,
): Set<string> {
  const buffers = new Set<string>();
  for (const value of [...reads.keys(), ...roots]) {
    const place = places.get(value);
    if (!place) continue;
    const { buffer, index, offset } = place;
    buffers.add(`${buffer} ${buffer === "scratch" ? Math.floor(offset / segment) : index}`);
  }
  return buffers;
}

/** Sections that touch more buffers than a kernel can be bound to. */
export function crowdedSections(
  plan: Plan,
  places: ReadonlyMap<Value, Place>,
  { segment, buffers }: CompileLimits,
): Section[] {
  return sectionsOf(plan).filter(
    (section) => !isRecorded(section) && buffersOf(section, places, segment).size > buffers,
  );
}

/**
 * Makes a section smaller: its roots stay `apart` from each other, or where there is one, its operands are stored, and
 * of many operands some are joined first. In the end each operation is a section, and touches four buffers at most.
 */
export function makeSmaller(
  { stored }: Graph,
  { roots }: Section,
  apart: Set<Value>,
  buffers: number,
): void {
  for (const root of roots) apart.add(root);
  const [root] = roots as [Value];
  if (roots.length > 1) return;
  const computed = root.inputs.filter((x) => !isGiven(x) && !x.isConstant && !stored.has(x));
  const parts = computed.length === 0 ? joinFirst(root, buffers - 1) : computed;
  for (const value of parts) {
    stored.add(value);
    apart.add(value);
  }
}

/** Makes so many parts of a concatenation at a time to a larger one, which it is made of then. */
function joinFirst(value: Value, count: number): Value[] {
  const { op, inputs, params, region, dtype, shape, path, id } = value;
  if (op !== "concat" || inputs.length <= count || count < 2)
    throw new Error(`${op} of ${inputs.length} operands touches more buffers than there may be`);
  const axis = params["axis"] as number;
  const groups = Math.ceil(inputs.length / count);
  // Numbers say in which order values come: behind those that were made like this before.
  const before = Math.max(id - 1, ...inputs.map((x) => x.id));
  const parts = Array.from({ length: groups }, (_, i): Value => {
    const joined = inputs.slice(i * count, (i + 1) * count);
    const length = joined.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return valueOf({
      op,
      params,
      region,
      dtype,
      path,
      id: before + ((id - before) * (i + 1)) / (groups + 1),
      shape: shape.with(axis, length),
      inputs: joined,
    });
  });
  (value as { inputs: readonly Value[] }).inputs = parts;
  region.values.splice(region.values.indexOf(value), 0, ...parts);
  return parts;
}
