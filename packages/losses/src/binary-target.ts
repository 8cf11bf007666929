import { and, equal, lessEqual, select, square, type Tensor } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { orNaN } from "./or-nan.ts";

const advice =
  "expected a target for each output; for one class out of several, take the loss without `binary`";

/**
 * Reads a target of one output for two classes, with the prediction's shape and dtype. Where it is not from 0 to 1, it
 * becomes NaN, and makes training stop instead of learning nonsense.
 */
export function binaryTarget(loss: string, prediction: Tensor, target: Tensor): Tensor {
  const values = likePrediction(loss, prediction, target, advice);
  return orNaN(and(lessEqual(0, values), lessEqual(values, 1)), values);
}

/** The same for targets that are one class or the other: -1 where they are 0 or -1, 1 where they are 1, else NaN. */
export function signTarget(loss: string, prediction: Tensor, target: Tensor): Tensor {
  const values = likePrediction(loss, prediction, target, advice);
  const signs = select(equal(values, 0), -1, values);
  return orNaN(equal(square(signs), 1), signs);
}
