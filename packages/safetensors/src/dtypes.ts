import { allocate, check, type DType, TensorError, type TypedArray } from "@nn/core";
import { show } from "./names.ts";

/** How numbers lie in a file. */
interface Stored {
  readonly bytes: number;
  /** What they become. */
  readonly dtype: DType;
  /** For floats of 16 bits: how they are made longer. */
  readonly float?: Float16;
  /** For other integers than those of the dtype: one of them. */
  readonly integer?: (view: DataView, offset: number) => number | bigint;
}

/** What turns bits, without that of the sign, into those of an f32. */
interface Float16 {
  readonly shift: number;
  readonly scale: number;
  /** The bits of infinity; NaNs are above. */
  readonly infinity: number;
}

/** What files are written with. */
export const fileTypes = {
  f64: "F64",
  f32: "F32",
  i32: "I32",
  i8: "I8",
  u8: "U8",
  bool: "BOOL",
} as const satisfies Record<DType, string>;

/**
 * What can be read. Floats of 16 bits become f32, which holds all of them; integers become i32 as long as they fit.
 * Floats of 8 bits and less are left to those who know their scales.
 */
const stored = new Map<string, Stored>([
  ["F64", { bytes: 8, dtype: "f64" }],
  ["F32", { bytes: 4, dtype: "f32" }],
  ["F16", { bytes: 2, dtype: "f32", float: { shift: 13, scale: 2 ** 112, infinity: 0x7c00 } }],
  ["BF16", { bytes: 2, dtype: "f32", float: { shift: 16, scale: 1, infinity: 0x7f80 } }],
  ["I64", { bytes: 8, dtype: "i32", integer: (view, at) => view.getBigInt64(at, true) }],
  ["I32", { bytes: 4, dtype: "i32" }],
  ["I16", { bytes: 2, dtype: "i32", integer: (view, at) => view.getInt16(at, true) }],
  ["I8", { bytes: 1, dtype: "i8" }],
  ["U64", { bytes: 8, dtype: "i32", integer: (view, at) => view.getBigUint64(at, true) }],
  ["U32", { bytes: 4, dtype: "i32", integer: (view, at) => view.getUint32(at, true) }],
  ["U16", { bytes: 2, dtype: "i32", integer: (view, at) => view.getUint16(at, true) }],
  ["U8", { bytes: 1, dtype: "u8" }],
  ["BOOL", { bytes: 1, dtype: "bool" }],
]);

/** How numbers of this type lie in a file; refuses types that cannot be read. */
export function storedAs(type: string, name: string): Stored {
  const found = stored.get(type);
  check(
    found,
    () =>
      `safetensors: tensor ${show(name)} is ${show(type)}, expected one of ${[...stored.keys()].join(", ")}; ` +
      "convert it where the file was made",
  );
  return found;
}

/** The numbers in some bytes of a file, in memory of their own. */
export function decodeNumbers(
  bytes: Uint8Array,
  { dtype, bytes: size, float, integer }: Stored,
  name: string,
): TypedArray {
  const data = allocate(dtype, bytes.length / size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (float) widen(view, float, data);
  else if (integer)
    for (let i = 0; i < data.length; i++) {
      const number = integer(view, i * size);
      data[i] = Number(number);
      if (data[i] !== Number(number)) refuse(number, name);
    }
  else new Uint8Array(data.buffer).set(bytes);
  if (dtype === "bool") checkBooleans(data, name);
  return data;
}

/** Refuses bytes that are neither 0 nor 1. */
export function checkBooleans(data: TypedArray, name: string): void {
  for (let i = 0; i < data.length; i++)
    if (data[i]! > 1)
      throw new TensorError(
        `safetensors: tensor ${show(name)} is of booleans, expected bytes of 0 and 1, got ${data[i]}`,
      );
}

function refuse(number: number | bigint, name: string): never {
  throw new TensorError(
    `safetensors: tensor ${show(name)} holds ${number}, expected integers that fit in 32 bits with a sign; ` +
      "convert it where the file was made",
  );
}

/** Makes f32 of floats of 16 bits, all of which it holds. */
function widen(view: DataView, { shift, scale, infinity }: Float16, data: TypedArray): void {
  const words = new Uint32Array(data.buffer);
  for (let i = 0; i < data.length; i++) {
    const bits = view.getUint16(2 * i, true);
    const magnitude = bits & 0x7fff;
    words[i] = magnitude << shift;
    if (magnitude >= infinity) words[i]! |= 0x7f800000;
    else data[i]! *= scale;
    words[i]! |= (bits & 0x8000) << 16;
  }
}
