import type { Params, TensorType } from "@nn/core";
import type { Rounding } from "./rounding.ts";
import type { Value } from "./value.ts";

/** What a kernel of the reference is told. */
interface KernelCall {
  readonly inputs: readonly Value[];
  /** The type of the result. */
  readonly type: TensorType;
  readonly params: Params;
  readonly round: Rounding;
}

/** Computes the elements of a primitive's result in the plainest way. */
export type Kernel = (call: KernelCall) => Float64Array;
