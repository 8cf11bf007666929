import type { DType, Params, Program, TensorType } from "@nn/core";
import type { Slot } from "./slot.ts";

/** One thing to do at each run. */
export type Step = () => void;

/** A list of operands; a kernel knows how many its primitive has. */
export type Operands<T> = readonly [T, T, T, T, ...T[]];

/** An application of a primitive, as its kernel sees it when a program is compiled. */
export interface KernelCall {
  readonly inputs: Operands<Slot>;
  readonly inputTypes: Operands<TensorType>;
  readonly outputs: Operands<Slot>;
  readonly outputTypes: Operands<TensorType>;
  readonly params: Params;
  /** Memory that is this operation's alone while it runs. */
  scratch(dtype: DType, length: number): Slot;
  /** Compiles a body within this operation; see `bind`. */
  bind(
    body: Program,
    inputs: readonly Slot[],
    targets: readonly (Slot | undefined)[],
    owned: readonly Slot[],
  ): Bound;
}

/** A program whose values have slots. */
export interface Bound {
  readonly steps: readonly Step[];
  readonly outputs: readonly Slot[];
}

/** Works out everything about an operation but the data, and returns what is left to do at each run. */
export type Kernel = (call: KernelCall) => Step;

/** Kernels by the name of their primitive. */
export interface Kernels {
  readonly [name: string]: Kernel;
}
