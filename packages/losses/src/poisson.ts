import { exp, lessEqual, type Loss, mul, sub } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { kindOf } from "./options.ts";
import { orNaN } from "./or-nan.ts";

/**
 * The negative log-likelihood of counts: e^prediction - target · prediction, as the mean over an example's outputs. The
 * model predicts the logarithm of the expected count, and its last layer needs no activation. What depends on the
 * target alone is left out, so that the loss may be negative. A target below 0 makes it NaN. A prediction beyond
 * 88, which is no count that occurs, overflows in f32: scale the inputs, or learn more slowly.
 *
 * ```ts
 * await fit({ model, data, loss: poisson(), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function poisson(): Loss {
  return {
    kind: kindOf("poisson"),
    config: {},
    values(prediction, target) {
      const counts = likePrediction("poisson", prediction, target);
      const checked = orNaN(lessEqual(0, counts), counts);
      return perExample(sub(exp(prediction), mul(checked, prediction)));
    },
  };
}
