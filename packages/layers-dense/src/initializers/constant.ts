import { full, type Initializer } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkValue, finite } from "../options.ts";

/**
 * The same value everywhere.
 *
 * ```ts
 * dense(1, { bias: { initializer: constant(0.5) } });
 * ```
 */
export function constant(value: number): Initializer {
  checkValue("constant: value", value, finite);
  return {
    kind: kindOf("constant"),
    config: { value },
    initialize: (_, shape, dtype) => full(shape, value, dtype),
  };
}
