import { cast, check, isFloat, reshape, sameShape, showType, type Tensor } from "@nn/core";

/** A prediction and its target as rows of numbers, [rows, outputs], of one float dtype. */
export function rowsOf(
  metric: string,
  prediction: Tensor,
  target: Tensor,
): { readonly predicted: Tensor; readonly actual: Tensor } {
  check(
    prediction.shape.length > 0 && isSameButLast(prediction.shape, target.shape),
    () =>
      `${metric}: the prediction is ${showType(prediction)}, the target ${showType(target)}; ` +
      "expected the same shape with the examples along axis 0",
  );
  const [rows = 0] = prediction.shape;
  const shape = [rows, prediction.size / (rows || 1)];
  const { dtype } = isFloat(prediction.dtype) ? prediction : { dtype: "f32" as const };
  return {
    predicted: reshape(cast(prediction, dtype), shape),
    actual: reshape(cast(target, dtype), shape),
  };
}

/** Whether shapes are the same, a last axis of length 1 aside. */
export function isSameButLast(a: readonly number[], b: readonly number[]): boolean {
  return sameShape(a, b) || sameShape([...a, 1], b) || sameShape(a, [...b, 1]);
}
