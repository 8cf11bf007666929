import { byteSize, sizeOf, type Param, type Program } from "@nn/core";

/**
 * Bytes that a program needs at its peak, inputs and outputs included, when every value lives from its definition to
 * its last use. Bodies count where they run, with what they need besides their inputs, so that programs with and without
 * `checkpoint` can be compared.
 */
export function peakMemory(program: Program): number {
  const { inputs, operations } = program;
  const total = (ids: readonly number[], of = program): number =>
    ids.reduce((sum, id) => {
      const { shape, dtype } = of.types[id]!;
      return sum + sizeOf(shape) * byteSize(dtype);
    }, 0);
  const lastUse: number[] = [];
  operations.forEach((operation, at) => operation.inputs.forEach((id) => (lastUse[id] = at)));
  for (const id of [...inputs, ...program.outputs]) lastUse[id] = Infinity;
  let live = total(inputs);
  let peak = live;
  operations.forEach((operation, at) => {
    live += total(operation.outputs);
    const inside = Object.values(operation.params)
      .filter(isProgram)
      .map((body) => peakMemory(body) - total(body.inputs, body));
    peak = Math.max(peak, live, ...inside.map((extra) => live + extra));
    for (const id of new Set([...operation.inputs, ...operation.outputs]))
      if ((lastUse[id] ?? at) <= at) live -= total([id]);
  });
  return peak;
}

function isProgram(param: Param): param is Program {
  return typeof param === "object" && param !== null && "operations" in param;
}
