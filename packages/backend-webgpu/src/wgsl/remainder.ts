import type { WgslFunction } from "./functions.ts";

const code = `
fn remOf(x : f32, y : f32) -> f32 {
  let bx = bitcast<i32>(x) & 0x7fffffff;
  let by = bitcast<i32>(y) & 0x7fffffff;
  if (isNan(x) || isNan(y) || bx == 0x7f800000 || by == 0) { return nan(); }
  if (bx < by) { return x; }
  var m = (bx & 0x7fffff) | select(0, 0x800000, bx >= 0x800000);
  var divisor = (by & 0x7fffff) | select(0, 0x800000, by >= 0x800000);
  var steps = max(bx >> 23u, 1);
  var exponent = max(by >> 23u, 1);
  while (m < 0x800000) { m <<= 1u; steps--; }
  while (divisor < 0x800000) { divisor <<= 1u; exponent--; }
  for (steps -= exponent; steps > 0; steps--) {
    if (m >= divisor) { m -= divisor; }
    m <<= 1u;
  }
  if (m >= divisor) { m -= divisor; }
  while (m > 0 && m < 0x800000 && exponent > 1) { m <<= 1u; exponent--; }
  if (exponent < 1) { m >>= u32(1 - exponent); exponent = 1; }
  let bits = select(m, (exponent << 23u) | (m & 0x7fffff), m >= 0x800000);
  return bitcast<f32>(bits | (bitcast<i32>(x) & (-2147483647 - 1)));
}`;

/** The exact remainder, by long division of the mantissas. */
export const remainder: WgslFunction = ["remOf", code];
