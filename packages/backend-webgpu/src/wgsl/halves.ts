import type { WgslFunction } from "./functions.ts";

/**
 * The bits of the half nearest to a float: of two, the even one; beyond 65,520 an infinity; NaN stays NaN. WGSL's own
 * conversion leaves open how it rounds, and what becomes of large numbers.
 */
const halfBits = `
fn halfBits(x : f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let a = bits & 0x7fffffffu;
  if (a > 0x7f800000u) { return sign | 0x7e00u; }
  if (a >= 0x477ff000u) { return sign | 0x7c00u; }
  if (a >= 0x38800000u) { return sign | ((a - 0x38000000u + 0xfffu + ((a >> 13u) & 1u)) >> 13u); }
  let shift = min(126u - (a >> 23u), 25u);
  let m = (a & 0x007fffffu) | 0x00800000u;
  return sign | ((m + (1u << (shift - 1u)) - 1u + ((m >> shift) & 1u)) >> shift);
}`;

/** The float that the lower 16 bits are as a half. WGSL's own conversion may take the smallest for zero. */
const halfValue = `
fn halfValue(bits : u32) -> f32 {
  let a = (bits & 0x7fffu) << 13u;
  let large = a + select(0x38000000u, 0x70000000u, a >= 0x0f800000u);
  let small = bitcast<u32>(bitcast<f32>(a + 0x38800000u) - 6.103515625e-5);
  return bitcast<f32>(select(large, small, a < 0x00800000u) | ((bits & 0x8000u) << 16u));
}`;

/** Conversions between floats and halves, in integers and hence alike on every GPU. */
export const halves: readonly WgslFunction[] = [
  ["halfBits", halfBits],
  ["halfValue", halfValue],
];
