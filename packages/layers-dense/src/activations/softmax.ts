import { type Layer, softmax as normalize } from "@nn/core";
import { activationOf } from "./activation.ts";

/**
 * eˣ / Σ eˣ along an axis, by default the last: probabilities that add up to 1. For training, prefer a loss that takes
 * the values before the softmax.
 *
 * ```ts
 * dense(10, { activation: softmax() });
 * ```
 */
export function softmax({ axis = -1 }: { readonly axis?: number } = {}): Layer {
  return activationOf("softmax", (x) => normalize(x, axis), { axis });
}
