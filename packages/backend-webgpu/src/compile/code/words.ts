import type { DType } from "@nn/core";
import { type Affine, halved, plus, variable } from "../../wgsl/affine.ts";
import { type Code, textOf } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";

/** Where a value lies: in an array of words, from the first one on. Of halves, two elements share a word. */
export interface Address {
  readonly array: string;
  readonly first: Affine;
  readonly isHalf: boolean;
}

/** The element at a place in row-major order, read from memory. */
export function load(scope: Scope, address: Address, flat: Affine, dtype: DType): Code {
  const { array, first, isHalf } = address;
  if (isHalf) return loadHalf(scope, address, flat);
  const word = `${array}[${scope.index(plus(first, flat))}]`;
  if (dtype === "f32") return scope.let(`bitcast<f32>(${word})`);
  if (dtype === "bool") return scope.let(`${word} != 0u`);
  return variable(scope.let(`bitcast<i32>(${word})`));
}

/** Neighbours whose places are known to be in one word load it once. */
function loadHalf(scope: Scope, { array, first }: Address, flat: Affine): Code {
  const known = halved(flat);
  const place = known ? undefined : scope.index(flat);
  const half = known?.half ?? variable(scope.let(`${place} >> 1u`));
  const word = scope.let(`${array}[${scope.index(plus(first, half))}]`);
  if (!known) return scope.let(`halfValue(${word} >> (u32(${place} & 1) << 4u))`);
  return scope.let(`halfValue(${word}${known.rest === 1 ? " >> 16u" : ""})`);
}

/** The word that an element is stored as. */
export function wordOf(scope: Scope, code: Code, dtype: DType): string {
  const text = textOf(scope, code);
  return dtype === "bool" ? `select(0u, 1u, ${text})` : `bitcast<u32>(${text})`;
}
