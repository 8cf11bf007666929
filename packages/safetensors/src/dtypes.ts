import { allocate, check, type DType, type TypedArray } from "@nn/core";

/** How numbers lie in a file. */
interface Stored {
  readonly bytes: number;
  /** What they become. */
  readonly dtype: DType;
  /** One of them, where they are not of that dtype already. */
  readonly convert?: (view: DataView, offset: number) => number | bigint;
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
  [
    "F16",
    { bytes: 2, dtype: "f32", convert: (view, at) => float(view.getUint16(at, true), 5, 10) },
  ],
  [
    "BF16",
    { bytes: 2, dtype: "f32", convert: (view, at) => float(view.getUint16(at, true), 8, 7) },
  ],
  ["I64", { bytes: 8, dtype: "i32", convert: (view, at) => view.getBigInt64(at, true) }],
  ["I32", { bytes: 4, dtype: "i32" }],
  ["I16", { bytes: 2, dtype: "i32", convert: (view, at) => view.getInt16(at, true) }],
  ["I8", { bytes: 1, dtype: "i8" }],
  ["U64", { bytes: 8, dtype: "i32", convert: (view, at) => view.getBigUint64(at, true) }],
  ["U32", { bytes: 4, dtype: "i32", convert: (view, at) => view.getUint32(at, true) }],
  ["U16", { bytes: 2, dtype: "i32", convert: (view, at) => view.getUint16(at, true) }],
  ["U8", { bytes: 1, dtype: "u8" }],
  ["BOOL", { bytes: 1, dtype: "bool" }],
]);

/** How numbers of this type lie in a file; refuses types that cannot be read. */
export function storedAs(type: string, name: string): Stored {
  const found = stored.get(type);
  check(
    found,
    () =>
      `safetensors: tensor '${name}' is ${JSON.stringify(type)}, expected one of ${[...stored.keys()].join(", ")}; ` +
      "convert it where the file was made",
  );
  return found;
}

/** The numbers in some bytes of a file, in memory of their own. */
export function decodeNumbers(
  bytes: Uint8Array,
  { dtype, bytes: size, convert }: Stored,
  name: string,
): TypedArray {
  const length = bytes.length / size;
  const data = allocate(dtype, length);
  if (convert) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < length; i++) {
      const number = convert(view, i * size);
      data[i] = Number(number);
      check(
        dtype !== "i32" || data[i] === Number(number),
        () =>
          `safetensors: tensor '${name}' holds ${number}, expected integers that fit in 32 bits with a sign; ` +
          "convert it where the file was made",
      );
    }
  } else new Uint8Array(data.buffer).set(bytes);
  if (dtype === "bool") checkBooleans(data, name);
  return data;
}

/** Refuses bytes that are neither 0 nor 1. */
export function checkBooleans(data: TypedArray, name: string): void {
  const wrong = data.find((value) => value > 1);
  check(
    wrong === undefined,
    () => `safetensors: tensor '${name}' is of booleans, expected bytes of 0 and 1, got ${wrong}`,
  );
}

/** A number of sign, exponent and fraction, as IEEE 754 lays them out. */
function float(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1;
  const most = 2 ** exponentBits - 1;
  const exponent = (bits >> fractionBits) & most;
  const fraction = bits & (2 ** fractionBits - 1);
  const unit = 2 ** (Math.max(exponent, 1) - (most >> 1) - fractionBits);
  if (exponent === most) return fraction ? Number.NaN : sign * Infinity;
  return sign * unit * (exponent === 0 ? fraction : 2 ** fractionBits + fraction);
}
