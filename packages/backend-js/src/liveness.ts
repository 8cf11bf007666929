import { kernelName, sizeOf, type Operation, type Program } from "@nn/core";
import { elementwiseKernels } from "./elementwise.ts";

/** When the values of a program are needed. A value and what `reshape` makes of it count as one, its root. */
export interface Liveness {
  /** The value whose memory this one uses. */
  root(id: number): number;
  /** The last operation that reads the value: Infinity for outputs, undefined where nothing does. */
  lastUse(id: number): number | undefined;
}

/** Finds out when values are needed. */
export function liveness({ operations, outputs }: Program): Liveness {
  const roots = new Map<number, number>();
  const uses = new Map<number, number>();
  const root = (id: number): number => roots.get(id) ?? id;
  operations.forEach((operation, at) => {
    if (isAlias(operation)) roots.set(operation.outputs[0]!, root(operation.inputs[0]!));
    else for (const id of operation.inputs) uses.set(root(id), at);
  });
  for (const id of outputs) uses.set(root(id), Infinity);
  return { root, lastUse: (id) => uses.get(root(id)) };
}

/** Whether an operation's result is its operand, under another shape. */
export function isAlias({ primitive }: Operation): boolean {
  return kernelName(primitive) === "reshape";
}

/**
 * Whether an operation may leave a result where an operand of the same size is: elementwise ones read an element before
 * they write it, `scan` begins by copying its carry, and `scatterAdd` its base.
 */
export function overwrites(
  operation: Operation,
  operand: number,
  output: number,
  root: Liveness["root"],
): boolean {
  const name = kernelName(operation.primitive);
  if (name in elementwiseKernels) return true;
  const first =
    name === "scan" ? (operation.params["captured"] as number) : name === "scatterAdd" ? 0 : NaN;
  const inputs = operation.inputs.map(root);
  return (
    inputs.indexOf(operand) === first + output && inputs.lastIndexOf(operand) === first + output
  );
}

/** Whether an output of a program can be left where one of its inputs was. */
export function takesOver(
  program: Program,
  { root, lastUse }: Liveness,
  input: number,
  output: number,
): boolean {
  const { types, operations, inputs, outputs } = program;
  const from = inputs[input]!;
  const to = root(outputs[output]!);
  const isAlike =
    types[from]!.dtype === types[to]!.dtype &&
    sizeOf(types[from]!.shape) === sizeOf(types[to]!.shape);
  if (!isAlike || outputs.findIndex((id) => root(id) === to) !== output) return false;
  if (from === to) return true;
  const at = operations.findIndex((operation) => operation.outputs.includes(to));
  const last = lastUse(from) ?? -1;
  if (at < 0 || last !== at) return last < at;
  return overwrites(operations[at]!, from, operations[at]!.outputs.indexOf(to), root);
}
