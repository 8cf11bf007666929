import type { Program } from "../interfaces/program.ts";
import { byteSize, sizeOf } from "./dtype.ts";
import { isProgram } from "./key.ts";
import { lastUses } from "./program.ts";

/**
 * Bytes that a program needs at its peak, inputs and outputs included, when every value lives from its definition to
 * its last use. Bodies count where they run, so that programs with and without `checkpoint` can be compared.
 */
export function peakMemory(program: Program): number {
  const { types, inputs, operations } = program;
  const bytes = (id: number): number => sizeOf(types[id]!.shape) * byteSize(types[id]!.dtype);
  const total = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + bytes(id), 0);
  const lastUse = lastUses(program);
  for (const id of inputs) lastUse[id] = Infinity;
  let live = total(inputs);
  let peak = live;
  operations.forEach((operation, at) => {
    live += total(operation.outputs);
    const inside = Object.values(operation.params)
      .filter(isProgram)
      .map((body) => peakMemory(body) - total(operation.inputs));
    peak = Math.max(peak, live, ...inside.map((extra) => live + Math.max(0, extra)));
    for (const id of new Set([...operation.inputs, ...operation.outputs]))
      if ((lastUse[id] ?? at) <= at) live -= bytes(id);
  });
  return peak;
}
