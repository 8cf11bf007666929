import type { Layer } from "@nn/core";
import { activationOf } from "./activation-of.ts";

/**
 * x itself. It stands where a choice of activation includes having none.
 *
 * ```ts
 * dense(1, { activation: bounded ? sigmoid() : linear() });
 * ```
 */
export function linear(): Layer {
  return activationOf("linear", (x) => x);
}
