import type { WgslFunction } from "./functions.ts";

/** Cuts off, and saturates. */
const toInteger = `
fn toInteger(x : f32, low : i32, high : i32) -> i32 {
  if (isNan(x)) { return 0; }
  if (x >= 2147483648.0) { return high; }
  if (x < -2147483648.0) { return low; }
  return clamp(i32(x), low, high);
}`;

/** In two halves, both exact, so that one addition rounds: WGSL leaves open how a conversion does. */
const toFloat = `
fn toFloat(x : i32) -> f32 { return f32(x >> 16u) * 65536.0 + f32(x & 0xffff); }`;

/** Conversions between numbers of different types, rounded as WGSL does not promise it. */
export const conversions: readonly WgslFunction[] = [
  ["toInteger", toInteger],
  ["toFloat", toFloat],
];
