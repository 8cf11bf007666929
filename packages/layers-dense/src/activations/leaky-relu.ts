import { greater, type Layer, mul, select } from "@nn/core";
import { finite, checked } from "../options.ts";
import { composedOf } from "./activation-of.ts";

/**
 * x where it is positive, and slope · x elsewhere, so that no unit stops learning.
 *
 * ```ts
 * dense(8, { activation: leakyRelu({ slope: 0.1 }) });
 * ```
 */
export function leakyRelu(options: { readonly slope?: number } = {}): Layer {
  const { slope = 0.01 } = checked("leakyRelu", options, { slope: finite });
  return composedOf("leakyRelu", (x) => select(greater(x, 0), x, mul(x, slope)), { slope });
}
