import { softplus as smoothPositive, type Layer } from "@nn/core";
import { activationOf } from "./activation-of.ts";

/**
 * log(1 + eˣ), a smooth `relu`, computed without overflow.
 *
 * ```ts
 * dense(8, { activation: softplus() });
 * ```
 */
export function softplus(): Layer {
  return activationOf("softplus", smoothPositive);
}
