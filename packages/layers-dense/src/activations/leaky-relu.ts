import { greater, type Layer, mul, select, TensorError } from "@nn/core";
import { activationOf } from "./activation.ts";

/**
 * x where it is positive, and slope · x elsewhere, so that no unit stops learning.
 *
 * ```ts
 * dense(8, { activation: leakyRelu({ slope: 0.1 }) });
 * ```
 */
export function leakyRelu({ slope = 0.01 }: { readonly slope?: number } = {}): Layer {
  if (!Number.isFinite(slope))
    throw new TensorError(`leakyRelu: slope must be a finite number, got ${slope}`);
  return activationOf("leakyRelu", (x) => select(greater(x, 0), x, mul(x, slope)), { slope });
}
