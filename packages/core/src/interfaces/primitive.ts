import type { Program } from "./program.ts";
import type { Tensor, TensorType } from "./tensor.ts";

/** The static half of an operation: plain data, part of a program's identity. Bodies (of `scan`) are programs. */
export type Params = { readonly [name: string]: Param };
export type Param =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Param[]
  | Params
  | Program;

/**
 * A primitive is a value that says everything the kernel needs to know of an operation. Only `name` and `type` are
 * required of all; a primitive outside the basis also has a `lower`, from which missing rules are derived, so that
 * it runs on every backend, batched and differentiated, the moment it is defined. Make one with `definePrimitive`.
 */
export interface Primitive<P extends Params = Params> {
  /** `name` for the kernel's own, `@scope/package#name` for everybody else's. Backends find kernels by it. */
  readonly name: string;
  /** Raised when the meaning changes, so that no backend runs an old kernel for a new meaning. Default 1. */
  readonly version?: number;
  /** The kernel contract this was written for; see `KERNEL_CONTRACT`. */
  readonly contract: number;
  /** Checks the operands and gives the types of the results. Throws a `TensorError` that names what is wrong. */
  type(inputs: readonly TensorType[], params: P): readonly TensorType[];
  /** The same results in terms of other primitives, of the types that `type` gives. */
  lower?(inputs: readonly Tensor[], params: P): readonly Tensor[];
  /**
   * The cotangents of the inputs, given those of the outputs; `undefined` stands for zero on both sides, and an input
   * that is not in `needed` may be left out. Without a rule, the lowering is differentiated.
   */
  gradient?(call: GradientCall<P>): readonly (Tensor | undefined)[];
  /** Replaces `gradient` where the forward pass has to change too: `scan` saves what its backward pass reads. */
  pullback?(call: Omit<GradientCall<P>, "outputs" | "cotangents">): Pullback;
  /** The results for a batch: some inputs and all outputs have a new axis 0 of length `size`. */
  batch?(call: BatchCall<P>): readonly Tensor[];
  /** The exact result for numbers, rounded as the dtype rounds; lets clean-up fold constants. Only where exact. */
  fold?(...operands: number[]): number;
  /** For two operands: the number that leaves the other operand as it is, bit for bit, by position. */
  readonly neutral?: readonly (number | undefined)[];
  /** What is left when some outputs are not used; lets clean-up drop the work behind them. */
  prune?(params: P, used: readonly boolean[]): Pruned<P> | undefined;
}

/** What a gradient rule is told. */
export interface GradientCall<P extends Params = Params> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly cotangents: readonly (Tensor | undefined)[];
  readonly needed: readonly boolean[];
  readonly params: P;
}

/** Results together with the way back from their cotangents to those of the inputs. */
export interface Pullback {
  readonly outputs: readonly Tensor[];
  back(cotangents: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
}

/** What a batching rule is told; `inputs[i]` has the new axis 0 where `batched[i]`. */
export interface BatchCall<P extends Params = Params> {
  readonly inputs: readonly Tensor[];
  readonly batched: readonly boolean[];
  readonly size: number;
  readonly params: P;
}

/** An operation with fewer outputs: new params, and which of the old inputs and outputs remain, in order. */
export interface Pruned<P extends Params = Params> {
  readonly params: P;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}
