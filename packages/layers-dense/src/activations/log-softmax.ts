import { type Layer, logSoftmax as logNormalize, type Tensor } from "@nn/core";
import { checked, checkNotBatch, whole } from "../options.ts";
import { composedOf } from "./activation-of.ts";

/**
 * The logarithm of `softmax`, x - log Σ eˣ along an axis of the features, by default the last. It stays finite where a
 * probability is too small for the dtype.
 *
 * ```ts
 * dense(10, { activation: logSoftmax() });
 * ```
 */
export function logSoftmax(options: { readonly axis?: number } = {}): Layer {
  const { axis = -1 } = checked("logSoftmax", options, { axis: whole });
  const normalized = (x: Tensor): Tensor => {
    checkNotBatch("logSoftmax", axis, x);
    return logNormalize(x, axis);
  };
  return composedOf("logSoftmax", normalized, { axis });
}
