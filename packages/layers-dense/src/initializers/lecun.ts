import type { Initializer } from "@nn/core";
import { normalWith, uniformWith, type Variance } from "./variance.ts";

const lecun: Variance = (fanIn) => 1 / fanIn;

/**
 * Uniform with variance 1 / inputs, so that the sum over inputs of variance 1 has variance 1 (LeCun et al., Efficient
 * BackProp, 1998).
 *
 * ```ts
 * dense(64, { activation: selu(), weights: { initializer: lecunUniform() } });
 * ```
 */
export function lecunUniform(): Initializer {
  return uniformWith("lecunUniform", lecun);
}

/**
 * Normal with variance 1 / inputs, which `selu` is made for; see `lecunUniform`.
 *
 * ```ts
 * dense(64, { activation: selu(), weights: { initializer: lecunNormal() } });
 * ```
 */
export function lecunNormal(): Initializer {
  return normalWith("lecunNormal", lecun);
}
