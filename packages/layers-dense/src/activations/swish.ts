import { type Layer, mul, sigmoid } from "@nn/core";
import { checkFinite, withDefaults } from "../options.ts";
import { activationOf } from "./activation-of.ts";

/**
 * x · sigmoid(beta · x); where beta is 1, as it is by default, also called SiLU (Ramachandran, Zoph and Le, Searching
 * for Activation Functions, 2017).
 *
 * ```ts
 * dense(64, { activation: swish() });
 * ```
 */
export function swish(options: { readonly beta?: number } = {}): Layer {
  const { beta } = withDefaults("swish", { beta: 1 }, options);
  checkFinite("swish: beta", beta);
  return activationOf("swish", (x) => mul(x, sigmoid(mul(x, beta))), { beta });
}
