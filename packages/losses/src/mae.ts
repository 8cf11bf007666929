import { abs, type Loss, sub } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { kindOf } from "./options.ts";

/**
 * The mean absolute error: for each example, the mean over its outputs of |prediction - target|. It leads to the median
 * and not to the mean, so that outliers pull less. The slope is 0 where the prediction is exact.
 *
 * ```ts
 * await fit({ model, data, loss: mae(), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function mae(): Loss {
  return {
    kind: kindOf("mae"),
    config: {},
    values: (prediction, target) =>
      perExample(abs(sub(prediction, likePrediction("mae", prediction, target)))),
  };
}
