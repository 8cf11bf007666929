import { checkDtype, type Layer, mul, normal } from "@nn/core";
import { checkRate, kindOf } from "./options.ts";

/**
 * In training, multiplies each element by a number from the normal distribution with mean 1 and variance
 * rate / (1 - rate), those of the factors in `dropout`. When predicting, it does nothing (Srivastava et al., Dropout: A
 * Simple Way to Prevent Neural Networks from Overfitting, 2014, section 10).
 *
 * ```ts
 * const model = sequential([dense(64, { activation: relu() }), gaussianDropout(0.3), dense(1)]);
 * ```
 */
export function gaussianDropout(rate: number): Layer {
  checkRate("gaussianDropout", rate);
  const deviation = Math.sqrt(rate / (1 - rate));
  return {
    kind: kindOf("gaussianDropout"),
    config: { rate },
    apply(scope, x) {
      checkDtype("gaussianDropout", "float", [x]);
      if (!scope.training || rate === 0) return x;
      return mul(x, normal(scope.key(), x.shape, { dtype: x.dtype, mean: 1, deviation }));
    },
  };
}
