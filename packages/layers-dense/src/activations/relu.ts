import { relu as positive, type Layer } from "@nn/core";
import { activationOf } from "./activation-of.ts";

/**
 * max(x, 0). NaN stays NaN, and the slope at 0 is 0.
 *
 * ```ts
 * dense(8, { activation: relu() });
 * ```
 */
export function relu(): Layer {
  return activationOf("relu", positive);
}
