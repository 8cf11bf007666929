import type { Layer } from "@nn/core";
import { composedOf } from "./activation-of.ts";
import { exponentialUnit } from "./exponential-unit.ts";

/**
 * 1.0507 · x where that is positive, and 1.0507 · 1.6733 · (eˣ - 1) elsewhere: with weights from `lecunNormal()` and no
 * biases at first, the outputs of deep networks keep mean 0 and variance 1 (Klambauer et al., Self-Normalizing Neural
 * Networks, 2017). The dropout that belongs to it is `alphaDropout` of `@nn/layers-dropout`.
 *
 * ```ts
 * dense(64, { activation: selu(), weights: { initializer: lecunNormal() } });
 * ```
 */
export function selu(): Layer {
  return composedOf("selu", exponentialUnit(1.0507009873554805, 1.6732632423543772));
}
