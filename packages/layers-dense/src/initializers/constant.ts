import { full, type Initializer, TensorError } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * The same value everywhere.
 *
 * ```ts
 * dense(1, { bias: { initializer: constant(0.5) } });
 * ```
 */
export function constant(value: number): Initializer {
  if (!Number.isFinite(value))
    throw new TensorError(`constant: value must be a finite number, got ${value}`);
  return {
    kind: kindOf("constant"),
    config: { value },
    initialize: (_, shape, dtype) => full(shape, value, dtype),
  };
}
