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

/** Refuses what is no single tensor, such as the outputs of a model with two heads. */
export function checkTensors(metric: string, ...values: readonly Tree[]): void {
  for (const value of values)
    check(
      isTensor(value),
      () =>
        `${metric}: expected one tensor as prediction and one as target, got ` +
        `${typeof value === "object" ? `a tree of ${Object.keys(value)}` : typeof value}; ` +
        "a metric of your own can take a tree apart",
    );
}

/** A prediction and its target as rows of numbers, [rows, outputs], of one float dtype. */
export function rowsOf(
  metric: string,
  prediction: Tensor,
  target: Tensor,
): { readonly predicted: Tensor; readonly actual: Tensor } {
  checkTensors(metric, prediction, target);
  check(
    prediction.shape.length > 0 && isSameButLast(prediction.shape, target.shape),
    () =>
      `${metric}: the prediction is ${showType(prediction)}, the target ${showType(target)}; ` +
      "expected the same shape with the examples along axis 0",
  );
  const [rows = 0] = prediction.shape;
  const shape = [rows, prediction.size / (rows || 1)];
  const predicted = reshape(toFloat(prediction), shape);
  return { predicted, actual: reshape(cast(target, predicted.dtype), shape) };
}

/** The same numbers as floats; those that are stay what they are. */
export function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : cast(x, "f32");
}

/** Whether shapes are the same, a last axis of length 1 aside. */
export function isSameButLast(a: readonly number[], b: readonly number[]): boolean {
  return sameShape(a, b) || sameShape([...a, 1], b) || sameShape(a, [...b, 1]);
}
