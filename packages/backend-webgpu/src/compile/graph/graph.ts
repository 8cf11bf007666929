import type { Params, TensorType } from "@nn/core";
import type { Integers } from "./constants.ts";

/** A value of a program, or of the body of one of its loops. */
export interface Value extends TensorType {
  /** Values are numbered in the order in which they are computed; those that are added between, by fractions. */
  readonly id: number;
  /** How many elements it has. */
  readonly size: number;
  /**
   * How it is computed: the name of a primitive, or one of these. `input`, `carry`, `row` and `result` are in memory
   * already: inputs of the program, what a body is given, and what a loop leaves. `partial` is a reduction of which the
   * last axis counts the parts that are still to be reduced; `copy` is the same value at a place that is prescribed.
   */
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly params: Params;
  readonly path: string;
  readonly region: Region;
  /** Whether it is made of numbers and counting, quickly enough to do that wherever it is used. */
  readonly isConstant: boolean;
  /** The integers that it always holds, where they are known; found once. */
  readonly integers: () => Integers | undefined;
}

/** A program or a body: what is computed in one go, and the loops between. */
export interface Region {
  /** How many loops it is in. */
  readonly depth: number;
  readonly values: Value[];
  readonly loops: Loop[];
}

/** A `scan`. Its carry lies at one place, where `initial` is written first and `next` in every step. */
export interface Loop {
  readonly region: Region;
  readonly body: Region;
  readonly length: number;
  readonly reverse: boolean;
  readonly captured: readonly Value[];
  readonly carries: readonly { initial: Value; carry: Value; next: Value; result: Value }[];
  readonly slices: readonly { source: Value; slice: Value }[];
  readonly stacks: readonly { value: Value; result: Value }[];
}

/** A program whose values are resolved, also those of bodies. */
export interface Graph {
  readonly top: Region;
  readonly inputs: readonly Value[];
  /** Copies, at the places of the outputs. */
  readonly outputs: readonly Value[];
  /** Values that have to be in memory because something reads them there. */
  readonly stored: Set<Value>;
}

/** Whether a value lies in memory from the beginning. */
export function isGiven({ op }: Value): boolean {
  return op === "input" || op === "carry" || op === "row" || op === "result";
}
