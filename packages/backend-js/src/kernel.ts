import type { Params, Program, TensorType } from "@nn/core";
import type { Slot, Value } from "./value.ts";

/** One thing to do at each run. */
export type Step = () => void;

/** The values of an operation, of which a kernel knows how many there are. */
export type Values = readonly [Value, Value, Value, ...Value[]];

/** An application of a primitive, as its kernel sees it when a program is compiled. */
export interface KernelCall {
  readonly inputs: Values;
  readonly outputs: Values;
  readonly params: Params;
  /** Memory that is this operation's alone while it runs. */
  scratch(type: TensorType): Value;
  /** Compiles a body to be run by this operation; see `bind`. */
  bind(body: Program, inputs: readonly Slot[], targets: readonly (Slot | undefined)[]): Bound;
}

/** A program whose values have slots. */
export interface Bound {
  readonly steps: readonly Step[];
  readonly outputs: readonly Value[];
}

/** Works out everything about an operation but the data, and returns what is left to do at each run. */
export type Kernel = (call: KernelCall) => Step;

/** Kernels by the name of their primitive. */
export interface Kernels {
  readonly [name: string]: Kernel;
}

/** One step after the other. */
export function sequence(steps: readonly Step[]): Step {
  return () => {
    for (let i = 0; i < steps.length; i++) steps[i]!();
  };
}
