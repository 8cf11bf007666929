import { type Layer, logSoftmax as logNormalize } from "@nn/core";
import { checkAxis, withDefaults } from "../options.ts";
import { activationOf } from "./activation-of.ts";

/**
 * The logarithm of `softmax`, x - log Σ eˣ along an axis, by default the last. It stays finite where a probability is
 * too small for the dtype.
 *
 * ```ts
 * dense(10, { activation: logSoftmax() });
 * ```
 */
export function logSoftmax(options: { readonly axis?: number } = {}): Layer {
  const { axis } = withDefaults("logSoftmax", { axis: -1 }, options);
  checkAxis("logSoftmax", axis);
  return activationOf("logSoftmax", (x) => logNormalize(x, axis), { axis });
}
