import type { DType, TensorType, TypedArray } from "../interfaces/tensor.ts";

/** Bytes of one element. */
export function byteSize(dtype: DType): number {
  return dtype === "f64" ? 8 : dtype === "f32" || dtype === "i32" ? 4 : 1;
}

/** A new array of zeros that holds elements of this dtype. */
export function allocate(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "f32":
      return new Float32Array(length);
    case "f64":
      return new Float64Array(length);
    case "i32":
      return new Int32Array(length);
    case "i8":
      return new Int8Array(length);
    default:
      return new Uint8Array(length);
  }
}

/** Whether gradients flow through this dtype. */
export function isFloat(dtype: DType): boolean {
  return dtype === "f32" || dtype === "f64";
}

/** Whether arithmetic and comparison are defined; u8 and i8 only store. */
export function isCompute(dtype: DType): boolean {
  return dtype !== "u8" && dtype !== "i8";
}

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
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
