import type { Program } from "../interfaces/program.ts";
import type { TensorType } from "../interfaces/tensor.ts";

/** The types of values of a program. */
export function typesOf({ types }: Program, ids: readonly number[]): TensorType[] {
  return ids.map((id) => types[id]!);
}

/** The type of one slice along axis 0. */
export function sliceType({ shape, dtype }: TensorType): TensorType {
  return { shape: shape.slice(1), dtype };
}

/** The type of so many values, one behind the other along a new axis 0. */
export function stackType({ shape, dtype }: TensorType, length: number): TensorType {
  return { shape: [length, ...shape], dtype };
}

/** Those elements of a list whose flag is set. */
export function pick<T>(list: readonly T[], flags: readonly (boolean | undefined)[]): T[] {
  return list.filter((_, i) => flags[i]);
}

/** The position of the last operation that reads each value; outputs are never done with. */
export function lastUses({ operations, outputs }: Program): number[] {
  const lastUse: number[] = [];
  operations.forEach(({ inputs }, at) => inputs.forEach((id) => (lastUse[id] = at)));
  for (const id of outputs) lastUse[id] = Infinity;
  return lastUse;
}
