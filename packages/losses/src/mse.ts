import { type Loss, reshape, square, sub, type Tensor } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { kindOf } from "./options.ts";

/**
 * The mean squared error: for each example, the mean over its outputs of (prediction - target)². It offers residuals,
 * so that solvers for least squares can use it.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend });
 * ```
 */
export function mse(): Loss {
  return {
    kind: kindOf("mse"),
    config: {},
    values: (prediction, target) => perExample(square(difference(prediction, target))),
    residuals(prediction, target) {
      const distance = difference(prediction, target);
      const [rows = 1] = distance.shape;
      return reshape(distance, [rows, distance.size / (rows || 1)]);
    },
  };
}

function difference(prediction: Tensor, target: Tensor): Tensor {
  return sub(prediction, likePrediction("mse", prediction, target));
}
