import {
  cast,
  check,
  isFloat,
  isTensor,
  reshape,
  sameShape,
  showType,
  type Tensor,
  type Tree,
} from "@nn/core";

/**
 * A target with the shape and dtype of its prediction. An axis of length 1 at the end may be missing on one side, as in
 * [rows] for [rows, 1]; any other shape is refused, with the advice.
 */
export function likePrediction(
  loss: string,
  prediction: Tensor,
  target: Tensor,
  advice = "give the model's last layer as many units as a target has values",
): Tensor {
  checkTensors(loss, prediction, target);
  const { shape, dtype } = prediction;
  const sameShapes =
    sameShape(target.shape, shape) ||
    sameShape([...target.shape, 1], shape) ||
    sameShape(target.shape, [...shape, 1]);
  check(
    sameShapes,
    () =>
      `${loss}: the prediction is ${showType(prediction)}, the target ${showType(target)}; ${advice}`,
  );
  return cast(reshape(target, shape), dtype);
}

/** Refuses what is no single tensor, such as the outputs of a model with two heads, and predictions that are whole. */
export function checkTensors(loss: string, prediction: Tree, target: Tree): void {
  for (const [what, value] of Object.entries({ prediction, target }))
    check(
      isTensor(value),
      () =>
        `${loss}: the ${what} is ${typeof value === "object" ? `a tree of ${Object.keys(value)}` : typeof value}, ` +
        "expected one tensor; a loss of your own can take a tree apart",
    );
  const { dtype } = prediction as Tensor;
  check(isFloat(dtype), () => `${loss}: the prediction is ${dtype}, expected f32 or f64`);
}
