import { type Layer, mul, sigmoid } from "@nn/core";
import { finite, checked } from "../options.ts";
import { composedOf } from "./activation-of.ts";

/**
 * x · sigmoid(beta · x); where beta is 1, as it is by default, also called SiLU (Ramachandran, Zoph and Le, Searching
 * for Activation Functions, 2017).
 *
 * ```ts
 * dense(64, { activation: swish() });
 * ```
 */
export function swish(options: { readonly beta?: number } = {}): Layer {
  const { beta = 1 } = checked("swish", options, { beta: finite });
  return composedOf("swish", (x) => mul(x, sigmoid(mul(x, beta))), { beta });
}
