import { full, type Initializer } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * 1 everywhere.
 *
 * ```ts
 * dense(1, { weights: { initializer: ones(), trainable: false } }); // the sum of the features
 * ```
 */
export function ones(): Initializer {
  return {
    kind: kindOf("ones"),
    config: {},
    initialize: (_, shape, dtype) => full(shape, 1, dtype),
  };
}
