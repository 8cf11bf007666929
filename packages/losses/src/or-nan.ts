import { select, type Tensor, withPath } from "@nn/core";

/**
 * Values where a condition holds, and NaN elsewhere, so that training stops with a fault instead of learning nonsense.
 * `path` is what the fault's message names.
 */
export function orNaN(isValid: Tensor, values: Tensor, path = "check target"): Tensor {
  return withPath([isValid, values], path, () => select(isValid, values, NaN));
}
