import type { Initializer } from "@nn/core";
import { normalWith, uniformWith, type Variance } from "./variance.ts";

const glorot: Variance = (fanIn, fanOut) => 2 / (fanIn + fanOut);

/**
 * Uniform with variance 2 / (inputs + outputs), which keeps signals and gradients of `tanh` and `sigmoid` layers at
 * their size (Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010).
 *
 * ```ts
 * dense(3, { activation: tanh(), weights: { initializer: glorotUniform() } }); // the default
 * ```
 */
export function glorotUniform(): Initializer {
  return uniformWith("glorotUniform", glorot);
}

/**
 * Normal with variance 2 / (inputs + outputs); see `glorotUniform`.
 *
 * ```ts
 * dense(3, { activation: tanh(), weights: { initializer: glorotNormal() } });
 * ```
 */
export function glorotNormal(): Initializer {
  return normalWith("glorotNormal", glorot);
}
