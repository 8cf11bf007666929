import { sigmoid as logistic, type Layer } from "@nn/core";
import { activationOf } from "./activation-of.ts";

/**
 * 1 / (1 + e⁻ˣ), between 0 and 1.
 *
 * ```ts
 * dense(8, { activation: sigmoid() });
 * ```
 */
export function sigmoid(): Layer {
  return activationOf("sigmoid", logistic);
}
