import {
  and,
  argMax,
  cast,
  check,
  equal,
  floor,
  greater,
  isNaN,
  less,
  lessEqual,
  max,
  mul,
  or,
  reshape,
  sameShape,
  select,
  showType,
  type Tensor,
} from "@nn/core";
import type { ClassOptions } from "./options.ts";
import { checkTensors, isSameButLast, toFloat } from "./rows.ts";

/** Which class is predicted and which one is right, i32[rows]; -1 where there is none. */
export interface Labels {
  readonly predicted: Tensor;
  readonly actual: Tensor;
  readonly classes: number;
}

/** Whether a prediction has one output for two classes, and no axis of classes. */
export function isBinary({ shape }: Tensor): boolean {
  return shape.length === 1 || shape.at(-1) === 1;
}

/**
 * The labels of predictions, all axes but that of the classes taken as rows. A prediction with several columns means
 * the class of the largest one; one with a single output means class 1 above the threshold. A prediction that is NaN
 * has no class, nor has a target that is no class number.
 */
export function labelsOf(
  metric: string,
  prediction: Tensor,
  target: Tensor,
  options: Required<ClassOptions>,
): Labels {
  const actual = actualClass(metric, prediction, target);
  if (!isBinary(prediction))
    return { predicted: largest(prediction), actual, classes: prediction.shape.at(-1)! };
  const { from, threshold } = options;
  const limit = from === "logits" ? Math.log(threshold / (1 - threshold)) : threshold;
  const outputs = reshape(toFloat(prediction), [prediction.size]);
  const predicted = select(isNaN(outputs), -1, cast(greater(outputs, limit), "i32"));
  return { predicted, actual, classes: 2 };
}

/**
 * Which class is right, i32[rows]. Targets of single outputs are 0 or 1, or -1 and 1; others are class numbers, or have
 * a share for each class, of which the largest counts.
 */
export function actualClass(metric: string, prediction: Tensor, target: Tensor): Tensor {
  checkTensors(metric, prediction, target);
  const { shape } = prediction;
  check(
    shape.length > 0,
    () =>
      `${metric}: the prediction is ${showType(prediction)}, expected the examples along axis 0`,
  );
  const places = isBinary(prediction) ? shape : shape.slice(0, -1);
  if (!isBinary(prediction) && sameShape(target.shape, shape)) return largest(target);
  check(
    isSameButLast(places, target.shape),
    () =>
      `${metric}: the prediction is ${showType(prediction)}, the target ${showType(target)}; expected class numbers ` +
      `[${places}]${isBinary(prediction) ? "" : ` or a share of each class [${shape}]`}`,
  );
  const values = reshape(toFloat(target), [target.size]);
  if (!isBinary(prediction)) return classNumber(values, shape.at(-1)!);
  const magnitude = mul(values, values);
  const isLabel = or(equal(magnitude, 0), equal(magnitude, 1));
  return select(isLabel, cast(greater(values, 0), "i32"), -1);
}

/** The largest column of each row; -1 where one is NaN. */
function largest(x: Tensor): Tensor {
  const columns = x.shape.at(-1)!;
  const values = reshape(toFloat(x), [x.size / columns, columns]);
  return select(isNaN(max(values, 1)), -1, argMax(values, 1));
}

function classNumber(values: Tensor, classes: number): Tensor {
  const isInside = and(lessEqual(0, values), less(values, classes));
  const isWhole = equal(values, floor(values));
  return select(and(isInside, isWhole), cast(values, "i32"), -1);
}
