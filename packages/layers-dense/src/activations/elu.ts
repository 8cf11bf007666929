import type { Layer } from "@nn/core";
import { finite, checked } from "../options.ts";
import { composedOf } from "./activation-of.ts";
import { exponentialUnit } from "./exponential-unit.ts";

/**
 * x where it is positive, and alpha · (eˣ - 1) elsewhere, so that means stay near 0. Alpha, 1 by default, is also the
 * slope at 0 (Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units,
 * 2015).
 *
 * ```ts
 * dense(8, { activation: elu(), weights: { initializer: heNormal() } });
 * ```
 */
export function elu(options: { readonly alpha?: number } = {}): Layer {
  const { alpha = 1 } = checked("elu", options, { alpha: finite });
  return composedOf("elu", exponentialUnit(1, alpha), { alpha });
}
