import { type Layer, softmax as normalize } from "@nn/core";
import { checkAxis, withDefaults } from "../options.ts";
import { activationOf } from "./activation-of.ts";

/**
 * eˣ / Σ eˣ along an axis, by default the last: probabilities that add up to 1. For training, prefer a loss that takes
 * the values before the softmax.
 *
 * ```ts
 * dense(10, { activation: softmax() });
 * ```
 */
export function softmax(options: { readonly axis?: number } = {}): Layer {
  const { axis } = withDefaults("softmax", { axis: -1 }, options);
  checkAxis("softmax", axis);
  return activationOf("softmax", (x) => normalize(x, axis), { axis });
}
