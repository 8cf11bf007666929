import { add, check, checkDtype, type Layer, normal } from "@nn/core";
import { kindOf } from "./options.ts";

/**
 * In training, adds numbers from the normal distribution with mean 0 and this standard deviation. When predicting, it
 * does nothing.
 *
 * ```ts
 * const model = sequential([gaussianNoise(0.1), dense(64, { activation: relu() }), dense(1)]);
 * ```
 */
export function gaussianNoise(deviation: number): Layer {
  check(
    Number.isFinite(deviation) && deviation >= 0,
    () => `gaussianNoise: deviation must be a finite number from 0, got ${String(deviation)}`,
  );
  return {
    kind: kindOf("gaussianNoise"),
    config: { deviation },
    apply(scope, x) {
      checkDtype("gaussianNoise", "float", [x]);
      if (!scope.training || deviation === 0) return x;
      return add(x, normal(scope.key(), x.shape, { dtype: x.dtype, deviation }));
    },
  };
}
