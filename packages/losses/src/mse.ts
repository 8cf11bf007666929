import {
  cast,
  check,
  type Loss,
  mean,
  reshape,
  sameShape,
  showType,
  square,
  sub,
  type Tensor,
} from "@nn/core";

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
    kind: "@nn/losses#mse",
    config: {},
    values(prediction, target) {
      const squares = square(difference(prediction, target));
      return squares.shape.length === 1 ? squares : mean(squares, featuresOf(squares));
    },
    residuals(prediction, target) {
      const distance = difference(prediction, target);
      const [rows = 1] = distance.shape;
      return reshape(distance, [rows, distance.size / (rows || 1)]);
    },
  };
}

function difference(prediction: Tensor, target: Tensor): Tensor {
  check(
    sameShape(prediction.shape, target.shape),
    () =>
      `mse: the prediction is ${showType(prediction)}, the target ${showType(target)}; give the model's last layer as ` +
      "many units as a target has values, and a single value an axis of its own, as in [[0], [1]]",
  );
  return sub(prediction, cast(target, prediction.dtype));
}

/** All axes but that of the examples. */
function featuresOf({ shape }: Tensor): number[] {
  return shape.slice(1).map((_, axis) => axis + 1);
}
