import { tanh as hyperbolicTangent, type Layer } from "@nn/core";
import { activationOf } from "./activation-of.ts";

/**
 * The hyperbolic tangent, between -1 and 1.
 *
 * ```ts
 * dense(8, { activation: tanh() });
 * ```
 */
export function tanh(): Layer {
  return activationOf("tanh", hyperbolicTangent);
}
