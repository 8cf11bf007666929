import { shifter, split, tail } from "./exponential.ts";
import type { Formula } from "./lanes.ts";
import { ln2 } from "./ln2.ts";

/**
 * 1 / (1 + e⁻ˣ), where the exponential is not rounded by itself: the sum is 2ᵏ (eʳ - 1) + 1 + 2ᵏ. The remainder is taken
 * with the opposite sign. Where the result would be subnormal, it is 0.
 */
export const sigmoid: Formula = (v, x) => {
  const [low, high] = v.shape === "f32x4" ? [-87.33655, 87] : [-708.3965, 708];
  const near = v.min(x, high);
  const magic = shifter(v, v.bias);
  const shifted = v.fma(near, -Math.LOG2E, magic);
  const k = v.sub(shifted, magic);
  const [ln2High, ln2Low] = ln2[v.shape];
  const r = v.add(v.add(near, v.mul(k, ln2High)), v.mul(k, ln2Low));
  const scale = v.shiftLeft(shifted, v.mantissaBits);
  const signs = tail[v.shape].map((c, i) => (i % 2 ? -c : c));
  const minusOne = v.sub(v.mul(v.mul(r, r), v.polynomial(r, signs)), r);
  const result = v.div(1, v.add(v.add(v.mul(scale, minusOne), 1), scale));
  return v.without(result, v.lt(x, low));
};

/**
 * tanh |x| = (1 - e⁻²ˣ) / (1 + e⁻²ˣ) with e⁻²ˣ = 2ᵏ + 2ᵏ (eʳ - 1), where 2ᵏ ± 1 is exact. The exponent is negative,
 * because the divisor is rounded more finely below 2 than above. Where the clamp begins, the quotient has become 1.
 */
export const tanh: Formula = (v, x) => {
  const near = v.max(v.or(x, -0), v.shape === "f32x4" ? -9.1 : -20);
  const { minusOne, scale } = split(v, v.add(near, near));
  const rest = v.mul(scale, minusOne);
  const quotient = v.div(v.sub(v.sub(1, scale), rest), v.add(v.add(scale, 1), rest));
  return v.or(quotient, v.and(x, -0));
};
