import { check, type Initializer, uniform as drawUniform } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checked, finite } from "../options.ts";

/**
 * Numbers from `low` (default -0.05) to `high` (default 0.05), all equally likely.
 *
 * ```ts
 * dense(3, { weights: { initializer: uniform({ low: -1, high: 1 }) } });
 * ```
 */
export function uniform(
  options: { readonly low?: number; readonly high?: number } = {},
): Initializer {
  const { low = -0.05, high = 0.05 } = checked("uniform", options, { low: finite, high: finite });
  check(low <= high, () => `uniform: low must not be above high, got low ${low} and high ${high}`);
  return {
    kind: kindOf("uniform"),
    config: { low, high },
    initialize: (key, shape, dtype) => drawUniform(key, shape, { dtype, low, high }),
  };
}
