import { type Initializer, TensorError, uniform as drawUniform } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * Numbers from `low` (default -0.05) to `high` (default 0.05), all equally likely.
 *
 * ```ts
 * dense(3, { weights: { initializer: uniform({ low: -1, high: 1 }) } });
 * ```
 */
export function uniform({
  low = -0.05,
  high = 0.05,
}: { readonly low?: number; readonly high?: number } = {}): Initializer {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new TensorError(`uniform: expected finite low ≤ high, got low ${low} and high ${high}`);
  return {
    kind: kindOf("uniform"),
    config: { low, high },
    initialize: (key, shape, dtype) => drawUniform(key, shape, { dtype, low, high }),
  };
}
