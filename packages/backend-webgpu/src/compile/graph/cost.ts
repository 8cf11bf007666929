import type { Value } from "./graph.ts";

/** What operations cost that are more than an addition; moving elements around is nearly free. */
export const costs: Readonly<Record<string, number>> = {
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

/** Whether an element is made of all elements along some axes. */
export function isReduction(op: string): boolean {
  return op === "sum" || op === "max" || op === "argMax";
}

/** How many elements of an operand an element of a value is made of. */
export function usesOf(
  { op, size, shape, inputs, params }: Value,
  input: Value,
  operand: number,
): number {
  if (op === "matmul") {
    const inner = inputs[0]!.shape.at(params["transposeA"] ? -2 : -1)!;
    const tile = Math.min(4, shape.at(operand === 0 ? -1 : -2)!);
    return inner / Math.max(1, tile * (params["parts"] as number));
  }
  if (op === "scatterAdd" || (op === "randomBits" && operand === 0)) return 2;
  return op === "partial" || isReduction(op) ? input.size / size : 1;
}
