import { add, type Loss, mul, softplus, sub } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { kindOf } from "./options.ts";

/**
 * log cosh(prediction - target), as the mean over an example's outputs: about half the square for small distances, and
 * the distance less log 2 for large ones. Its slope is the hyperbolic tangent of the distance.
 *
 * ```ts
 * await fit({ model, data, loss: logCosh(), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function logCosh(): Loss {
  return {
    kind: kindOf("logCosh"),
    config: {},
    values(prediction, target) {
      const distance = sub(prediction, likePrediction("logCosh", prediction, target));
      // e to the power of the distance would overflow.
      return perExample(sub(add(distance, softplus(mul(distance, -2))), Math.LN2));
    },
  };
}
