import type { DType } from "@nn/core";
import { type Affine, constant, variable } from "../../wgsl/affine.ts";
import { floatText } from "../../wgsl/literal.ts";
import type { Code } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";
import type { Value } from "../graph/graph.ts";
import type { Position } from "./position.ts";

/** Gives the code of one element of a value. */
export type Read = (scope: Scope, value: Value, position: Position) => Code;

/** Whether elements are i32 in WGSL. */
export function isInteger(dtype: DType): boolean {
  return dtype !== "f32" && dtype !== "bool";
}

/** An expression of a dtype, under a name. */
export function named(scope: Scope, text: string, dtype: DType): Code {
  const name = scope.let(text);
  return isInteger(dtype) ? variable(name) : name;
}

/** A number in a dtype. */
export function literal(value: number, dtype: DType): Code {
  if (dtype === "bool") return value ? "true" : "false";
  return isInteger(dtype) ? constant(value) : floatText(value);
}

/** A loop over each of some axes, the last one innermost. */
export function loops(
  scope: Scope,
  lengths: readonly number[],
  write: (body: Scope, counters: readonly Affine[]) => void,
): void {
  const [length, ...rest] = lengths;
  if (length === undefined) write(scope, []);
  else if (length === 1) loops(scope, rest, (body, inner) => write(body, [constant(0), ...inner]));
  else
    scope.loop(length, (body, counter) =>
      loops(body, rest, (innermost, inner) => write(innermost, [variable(counter), ...inner])),
    );
}
