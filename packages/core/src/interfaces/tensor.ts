import type { Trace } from "../engine/trace.ts";
import type { Backend, Buffer } from "./backend.ts";
import type { Params, Primitive } from "./primitive.ts";

/** Compute dtypes are f32, f64, i32 and bool; u8 and i8 only store (cast, gather, slice, concat, reshape). */
export type DType = "f32" | "f64" | "i32" | "bool" | "u8" | "i8";

/** The arrays that carry tensor data between the host and a backend; bool and u8 share `Uint8Array`. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | Int8Array;

/** What is known of a tensor before it has a value. Shapes are exact: a program is compiled for one set of them. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * An immutable n-dimensional array, in one of three states that functions treat alike:
 *
 * - a *value* lives on a backend; functions of values run at once, as one-operation programs;
 * - a *traced* tensor stands for a value of the program being recorded; functions of it are recorded;
 * - a *constant* (`full`, `iota`, functions of constants) belongs to no backend yet and joins whatever it meets.
 */
export interface Tensor extends TensorType {
  /** Number of elements. */
  readonly size: number;
  /** Where the tensor's value comes from; for the kernel and for transforms. */
  readonly source: TensorSource;
  /** Copies the elements, in row-major order, to an array that nobody else writes. */
  read(): Promise<TypedArray>;
  /** Like `read`, at once; only on backends that can (`readSync`). */
  readSync(): TypedArray;
  /** Gives the memory back now instead of at garbage collection. The tensor is unusable afterwards and says so. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** What operands may be: a plain number takes the dtype of the tensors beside it (f32 where there is none). */
export type TensorLike = Tensor | number | boolean;

/** The state of a tensor; see `Tensor`. `unusable` says why a value can no longer be used. */
export type TensorSource =
  | {
      readonly state: "value";
      readonly backend: Backend;
      readonly buffer: Buffer;
      unusable?: string;
    }
  | { readonly state: "traced"; readonly trace: Trace; readonly id: number }
  | {
      readonly state: "constant";
      readonly primitive: Primitive;
      readonly inputs: readonly Tensor[];
      readonly params: Params;
      readonly output: number;
    };

/** Nested arrays and objects of tensors: the arguments and results of traced functions. Keys are visited sorted. */
export type Tree = Tensor | readonly Tree[] | { readonly [key: string]: Tree };

/** A value that survives `JSON.parse(JSON.stringify(value))`. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
