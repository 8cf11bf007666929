import { cast, check, isTensor, mean, sameShape, showType, type Tensor, type Tree } from "@nn/core";

/** Refuses what is no single tensor, such as the outputs of a model with two heads. */
export function checkTensor(loss: string, what: string, value: Tree): asserts value is Tensor {
  check(
    isTensor(value),
    () =>
      `${loss}: the ${what} is ${typeof value === "object" ? `a tree of ${Object.keys(value)}` : typeof value}, ` +
      "expected one tensor; a loss of your own can take a tree apart",
  );
}

/** Refuses a target of another shape, and gives it the prediction's dtype. */
export function likePrediction(loss: string, prediction: Tensor, target: Tensor): Tensor {
  checkTensor(loss, "prediction", prediction);
  checkTensor(loss, "target", target);
  check(
    sameShape(prediction.shape, target.shape),
    () =>
      `${loss}: the prediction is ${showType(prediction)}, the target ${showType(target)}; give the model's last layer as ` +
      "many units as a target has values, and a single value an axis of its own, as in [[0], [1]]",
  );
  return cast(target, prediction.dtype);
}

/** The mean over all that belongs to an example: over all axes but the first. */
export function perExample(values: Tensor): Tensor {
  const axes = values.shape.slice(1).map((_, axis) => axis + 1);
  return axes.length === 0 ? values : mean(values, axes);
}
