import { type Layer, reshape, sizeOf } from "@nn/core";
import { kindOf } from "./kind.ts";

/**
 * All features of an example in one axis: [batch, ...] becomes [batch, features].
 *
 * ```ts
 * const model = sequential([flatten(), dense(10)]); // for images of [batch, 28, 28]
 * ```
 */
export function flatten(): Layer {
  return {
    kind: kindOf("flatten"),
    config: {},
    apply(_, x) {
      const [rows = 1, ...features] = x.shape;
      return reshape(x, [rows, sizeOf(features)]);
    },
  };
}
