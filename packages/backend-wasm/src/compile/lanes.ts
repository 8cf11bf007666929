import { byteSize, type DType } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";

/*
 * How values sit in vectors. A loop handles 4 elements at a time, or 2 where one of its values is f64. f32 and i32 take
 * lanes of 4 bytes (in loops of 2, the lower two), f64 lanes of 8. A bool is a mask of 32 bits, u8 and i8 are i32 in
 * registers; all three are single bytes in memory. With fewer `lanes` than that, the rest of a vector is not looked at.
 */

/** The elements that a loop over values of these dtypes handles at a time. */
export function lanesOf(dtypes: Iterable<DType>): number {
  for (const dtype of dtypes) if (dtype === "f64") return 2;
  return 4;
}

/** Pushes an address with so many bytes added, and gives the offset that the access still has to add itself. */
function push(code: Code, pointer: Local, offset: number): number {
  code.get(pointer);
  if (offset >= 0) return offset;
  code.i32(offset).op("i32.add");
  return 0;
}

const zero = new Int32Array(4);

/** Pushes elements that lie one behind the other. */
export function load(
  code: Code,
  dtype: DType,
  pointer: Local,
  offset: number,
  lanes: number,
): void {
  const bytes = lanes * byteSize(dtype);
  if (bytes < 4) {
    const rest = push(code, pointer, offset);
    code.v128(zero).at(bytes === 2 ? "v128.load16_lane" : "v128.load8_lane", rest, 0);
  } else {
    const rest = push(code, pointer, offset);
    code.at(
      bytes === 16 ? "v128.load" : bytes === 8 ? "v128.load64_zero" : "v128.load32_zero",
      rest,
    );
  }
  widen(code, dtype);
}

/** Pushes elements that lie `stride` bytes apart. */
export function loadApart(
  code: Code,
  dtype: DType,
  pointer: Local,
  offset: number,
  stride: number,
  lanes: number,
): void {
  const bits = (8 * byteSize(dtype)) as 8 | 32 | 64;
  code.v128(zero);
  for (let lane = 0; lane < lanes; lane++) {
    const vector = code.take("v128");
    const rest = push(code, pointer, offset + lane * stride);
    code.get(vector).at(`v128.load${bits}_lane`, rest, lane);
  }
  widen(code, dtype);
}

/** Pushes one element in all lanes. */
export function loadSplat(code: Code, dtype: DType, pointer: Local, offset: number): void {
  const bits = (8 * byteSize(dtype)) as 8 | 32 | 64;
  const rest = push(code, pointer, offset);
  code.at(`v128.load${bits}_splat`, rest);
  widen(code, dtype);
}

/** From bytes, as they were loaded, to lanes of 32 bits. */
function widen(code: Code, dtype: DType): void {
  if (byteSize(dtype) > 1) return;
  if (dtype === "i8") code.op("i16x8.extend_low_i8x16_s").op("i32x4.extend_low_i16x8_s");
  else code.op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
  if (dtype === "bool") code.v128(zero).op("i32x4.ne");
}

/** Stores the lower lanes of a vector, one behind the other. */
export function store(
  code: Code,
  dtype: DType,
  pointer: Local,
  offset: number,
  lanes: number,
  value: Local,
): void {
  const rest = push(code, pointer, offset);
  code.get(value);
  const bytes = lanes * byteSize(dtype);
  if (byteSize(dtype) === 1) {
    if (dtype === "bool") code.splat("i32x4", 1).op("v128.and");
    const narrow = code.take("v128");
    code.get(narrow).get(narrow).op("i16x8.narrow_i32x4_s").tee(narrow).get(narrow);
    code.op(dtype === "i8" ? "i8x16.narrow_i16x8_s" : "i8x16.narrow_i16x8_u");
  }
  if (bytes === 16) code.at("v128.store", rest);
  else code.at(`v128.store${(8 * bytes) as 8 | 16 | 32 | 64}_lane`, rest, 0);
}

/** Pushes a constant in all lanes. */
export function constant(code: Code, dtype: DType, value: number): void {
  if (dtype === "f64") code.splat("f64x2", value);
  else if (dtype === "f32") code.splat("f32x4", value);
  else code.splat("i32x4", dtype === "bool" ? -Number(value !== 0) : value);
}

/** Pushes the numbers `index`, `index + stride`, and so on. */
export function count(
  code: Code,
  dtype: DType,
  index: Local,
  offset: number,
  stride: number,
): void {
  code.get(index).op("i32x4.splat");
  code.v128(Int32Array.from([0, 1, 2, 3], (lane) => offset + lane * stride)).op("i32x4.add");
  convert(code, "i32", dtype);
}

/** Replaces the vector on the stack by the same numbers in another dtype. */
export function convert(code: Code, from: DType, to: DType): void {
  if (from === to) return;
  if (to === "bool") {
    if (from === "f64") {
      code.splat("f64x2", 0).op("f64x2.ne");
      packMask(code);
    } else if (from === "f32") code.splat("f32x4", 0).op("f32x4.ne");
    else code.v128(zero).op("i32x4.ne");
    return;
  }
  if (from === "f32" || from === "f64") {
    if (to === "f64") code.op("f64x2.promote_low_f32x4");
    else if (to === "f32") code.op("f32x4.demote_f64x2_zero");
    else {
      code.op(from === "f32" ? "i32x4.trunc_sat_f32x4_s" : "i32x4.trunc_sat_f64x2_s_zero");
      const [low, high] = to === "u8" ? [0, 255] : [-128, 127];
      if (to !== "i32")
        code.splat("i32x4", low).op("i32x4.max_s").splat("i32x4", high).op("i32x4.min_s");
    }
    return;
  }
  if (from === "bool") code.splat("i32x4", 1).op("v128.and");
  if (to === "f32") code.op("f32x4.convert_i32x4_s");
  else if (to === "f64") code.op("f64x2.convert_low_i32x4_s");
  else if (to === "u8" && from !== "bool") code.splat("i32x4", 255).op("v128.and");
  else if (to === "i8" && from !== "bool") code.i32(24).op("i32x4.shl").i32(24).op("i32x4.shr_s");
}

/** From masks of 64 bits to masks of 32 bits in the lower half. */
export function packMask(code: Code): void {
  const mask = code.take("v128");
  code.get(mask).get(mask).shuffle32([0, 2, 0, 2]);
}

/** From masks of 32 bits in the lower half to masks of 64 bits. */
export function spreadMask(code: Code): void {
  code.op("i64x2.extend_low_i32x4_s");
}
