import type { Initializer } from "@nn/core";
import { normalWith, uniformWith, type Variance } from "./variance.ts";

const he: Variance = (fanIn) => 2 / fanIn;

/**
 * Uniform with variance 2 / inputs, for layers followed by `relu` (He et al., Delving Deep into Rectifiers, 2015).
 *
 * ```ts
 * dense(64, { activation: relu(), weights: { initializer: heUniform() } });
 * ```
 */
export function heUniform(): Initializer {
  return uniformWith("heUniform", he);
}

/**
 * Normal with variance 2 / inputs; see `heUniform`.
 *
 * ```ts
 * dense(64, { activation: relu(), weights: { initializer: heNormal() } });
 * ```
 */
export function heNormal(): Initializer {
  return normalWith("heNormal", he);
}
