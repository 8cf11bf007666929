import { type Layer, softmax as normalize, type Tensor } from "@nn/core";
import { checked, checkNotBatch, whole } from "../options.ts";
import { composedOf } from "./activation-of.ts";

/**
 * eˣ / Σ eˣ along an axis of the features, by default the last: probabilities that add up to 1. For training, prefer a
 * loss that takes the values before the softmax.
 *
 * ```ts
 * dense(10, { activation: softmax() });
 * ```
 */
export function softmax(options: { readonly axis?: number } = {}): Layer {
  const { axis = -1 } = checked("softmax", options, { axis: whole });
  const normalized = (x: Tensor): Tensor => {
    checkNotBatch("softmax", axis, x);
    return normalize(x, axis);
  };
  return composedOf("softmax", normalized, { axis });
}
