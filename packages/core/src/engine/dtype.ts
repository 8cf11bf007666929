import type { Params } from "../interfaces/primitive.ts";
import type { DType, TensorType, TypedArray } from "../interfaces/tensor.ts";

/** The arrays that hold each dtype; u8 is the one that a `Uint8Array` is read as. */
export const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u8: Uint8Array,
  i8: Int8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** Bytes of one element. */
export function byteSize(dtype: DType): number {
  return arrays[dtype].BYTES_PER_ELEMENT;
}

/** A new array of zeros that holds elements of this dtype. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new arrays[dtype](length);
}

/** Whether gradients flow through this dtype. */
export function isFloat(dtype: DType): boolean {
  return dtype === "f32" || dtype === "f64";
}

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Whether all of them are whole numbers from 0, as the lengths of a shape are. */
export function areCounts(numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isInteger(number) && number >= 0);
}

/** `f32[2,3]` */
export function showType(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(",")}]`;
}

/** Whether two types are the same. */
export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** The data of `full` and `iota`, from their params. */
export function constantData({ value }: Params, { shape, dtype }: TensorType): TypedArray {
  const data = allocate(dtype, sizeOf(shape));
  if (value !== undefined) return data.fill(value as number);
  for (let i = 0; i < data.length; i++) data[i] = i;
  return data;
}
