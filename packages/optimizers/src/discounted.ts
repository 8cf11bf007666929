import { add, expm1, mul, type Tensor } from "@nn/core";

/**
 * Rules that average over past gradients keep sums instead, sum ← β · sum + x, which take one product less an element.
 * The average is the sum divided by its weight, which is a scalar.
 */
export function discounted(sum: Tensor, beta: number, x: Tensor): Tensor {
  return add(mul(sum, beta), x);
}

/**
 * The weight of a discounted sum of `step` values: 1 + β + … + βˢᵗᵉᵖ⁻¹ = (1 - βˢᵗᵉᵖ) / (1 - β). In f32, 1 - βˢᵗᵉᵖ would
 * lose three digits as the difference of 1 and a power of 0.999, so it is computed by `expm1`. A β of 0 has no
 * finite logarithm; e⁻¹⁰⁰⁰ is 0 in any dtype.
 */
export function weightOf(step: Tensor, beta: number): Tensor {
  return mul(expm1(mul(step, Math.max(-1000, Math.log(beta)))), 1 / (beta - 1));
}
