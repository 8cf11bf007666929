import type { DType, HostTensor, Json, StoredModel, TypedArray } from "@nn/core";
import { safetensors } from "../src/index.ts";

export const format = safetensors();

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u8: Uint8Array,
  i8: Int8Array,
  bool: Uint8Array,
};

export function tensor(dtype: DType, shape: number[], ...numbers: number[]): HostTensor {
  return { shape, dtype, data: arrays[dtype].from(numbers) };
}

export function model(
  tensors: StoredModel["tensors"] = {},
  metadata: { readonly [name: string]: Json } = {},
): StoredModel {
  return { tensors, metadata };
}

/** A file of this header and as many bytes behind it; `length` is what it says of the header's. */
export function file(
  header: string | Uint8Array,
  data: ArrayLike<number> | number = [],
  length?: bigint,
) {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const numbers = typeof data === "number" ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + text.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(numbers, 8 + text.length);
  return bytes;
}

/** The header of a file of ours, without its padding. */
export function headerOf(bytes: Uint8Array): string {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd();
}

/** The bits of numbers, in which -0 and NaNs differ. */
export function bits(data: TypedArray): number[] {
  return Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
