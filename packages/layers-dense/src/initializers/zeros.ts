import { full, type Initializer } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * 0 everywhere, as biases start by default.
 *
 * ```ts
 * dense(1, { weights: { initializer: zeros() } });
 * ```
 */
export function zeros(): Initializer {
  return {
    kind: kindOf("zeros"),
    config: {},
    initialize: (_, shape, dtype) => full(shape, 0, dtype),
  };
}
