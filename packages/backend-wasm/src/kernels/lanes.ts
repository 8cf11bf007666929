import type { Code, Local } from "../assembler/index.ts";

/** Vectors of floating-point numbers or integers, as the kernels see them. */
export const numbers = {
  f32: { type: "f32x4", single: "f32", size: 4, bits: 32, lanes: 4 },
  f64: { type: "f64x2", single: "f64", size: 8, bits: 64, lanes: 2 },
  i32: { type: "i32x4", single: "i32", size: 4, bits: 32, lanes: 4 },
} as const;

export type NumberType = keyof typeof numbers;
export type FloatType = "f32" | "f64";

/** A part of a row: so many elements, at most a vector, at an offset in bytes. */
export interface Part {
  readonly offset: number;
  readonly lanes: number;
}

/** The vectors that so many elements are, the last of which may have fewer lanes. */
export function partsOf(dtype: NumberType, count: number): Part[] {
  const { lanes, size } = numbers[dtype];
  return Array.from({ length: Math.ceil(count / lanes) }, (_, i) => ({
    offset: i * 16,
    lanes: Math.min(lanes, count - (i * 16) / size),
  }));
}

/** Pushes the elements of a part; the other lanes are zero. */
export function loadPart(code: Code, dtype: NumberType, address: Local, part: Part, by = 0): Code {
  const bytes = part.lanes * numbers[dtype].size;
  const offset = part.offset + by;
  if (bytes === 16) return code.get(address).at("v128.load", offset);
  if (bytes < 12)
    return code.get(address).at(bytes === 8 ? "v128.load64_zero" : "v128.load32_zero", offset);
  const lower = code.get(address).at("v128.load64_zero", offset).take("v128");
  return code
    .get(address)
    .get(lower)
    .at("v128.load32_lane", offset + 8, 2);
}

/** Stores the elements of a part from a local. */
export function storePart(
  code: Code,
  dtype: NumberType,
  address: Local,
  part: Part,
  value: Local,
  by = 0,
): void {
  const bytes = part.lanes * numbers[dtype].size;
  const offset = part.offset + by;
  code.get(address).get(value);
  if (bytes === 16) code.at("v128.store", offset);
  else if (bytes === 4) code.at("v128.store32_lane", offset, 0);
  else code.at("v128.store64_lane", offset, 0);
  if (bytes === 12)
    code
      .get(address)
      .get(value)
      .at("v128.store32_lane", offset + 8, 2);
}
