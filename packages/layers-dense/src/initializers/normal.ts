import { type Initializer, normal as drawNormal, TensorError } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * Numbers from the normal distribution with the given mean (default 0) and standard deviation (default 0.05).
 *
 * ```ts
 * dense(3, { weights: { initializer: normal({ deviation: 0.5 }) } });
 * ```
 */
export function normal({
  mean = 0,
  deviation = 0.05,
}: { readonly mean?: number; readonly deviation?: number } = {}): Initializer {
  if (!(Number.isFinite(mean) && Number.isFinite(deviation) && deviation >= 0))
    throw new TensorError(
      `normal: expected a finite mean and a deviation from 0, got mean ${mean} and deviation ${deviation}`,
    );
  return {
    kind: kindOf("normal"),
    config: { mean, deviation },
    initialize: (key, shape, dtype) => drawNormal(key, shape, { dtype, mean, deviation }),
  };
}
