import { kernelName, sizeOf, type Operation, type Program } from "@nn/core";
import { elementwiseKernels } from "./elementwise.ts";

/** When the values of a program are needed. A value and what `reshape` makes of it count as one, its root. */
export interface Liveness {
  /** The value whose memory this one uses. */
  root(id: number): number;
  /** The last operation that reads the value: Infinity for outputs, -1 where nothing does. */
  lastUse(id: number): number;
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
  return { root, lastUse: (id) => uses.get(root(id)) ?? -1 };
}

/** Whether an operation's result is its operand, under another shape. */
export function isAlias({ primitive }: Operation): boolean {
  return kernelName(primitive) === "reshape";
}

/**
 * Whether value `to` can be left where value `from` is: one is not needed any more when the other is made, or the
 * operation allows it. Elementwise ones read each element before they write it, `scan` begins by copying its carry, and
 * `scatterAdd` its base.
 */
export function canReplace(
  program: Program,
  { root, lastUse }: Liveness,
  from: number,
  to: number,
): boolean {
  const [a, b] = [program.types[from]!, program.types[to]!];
  if (a.dtype !== b.dtype || sizeOf(a.shape) !== sizeOf(b.shape)) return false;
  const value = root(from);
  const result = root(to);
  const at = program.operations.findIndex(({ outputs }) => outputs.includes(result));
  if (at < 0 || lastUse(from) !== at) return value === result || lastUse(from) < at;
  const { primitive, params, inputs, outputs } = program.operations[at]!;
  const name = kernelName(primitive);
  if (Object.hasOwn(elementwiseKernels, name)) return true;
  const first = name === "scan" ? (params["captured"] as number) : name === "scatterAdd" ? 0 : NaN;
  const uses = inputs.flatMap((id, i) => (root(id) === value ? [i] : []));
  return uses.length === 1 && uses[0] === first + outputs.indexOf(result);
}
