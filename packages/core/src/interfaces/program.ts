import type { Params, Primitive } from "./primitive.ts";
import type { TensorType } from "./tensor.ts";

/**
 * A flat list of primitive applications with static shapes, in an order in which they can run. Values are numbered;
 * every one is defined once, as an input or by an operation. A program is immutable and holds no tensor data: tensors
 * that a traced function closes over are hidden inputs behind the explicit ones.
 */
export interface Program {
  /** The type of every value, by its number. */
  readonly types: readonly TensorType[];
  readonly inputs: readonly number[];
  readonly operations: readonly Operation[];
  readonly outputs: readonly number[];
}

/** One application of a primitive. */
export interface Operation {
  readonly primitive: Primitive;
  readonly params: Params;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Where it comes from, as in `model/0` or `backward/model/0`; for printouts, profiles and fault reports. */
  readonly path: string;
}
