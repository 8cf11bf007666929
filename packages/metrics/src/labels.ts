import {
  abs,
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
  min,
  mul,
  or,
  reshape,
  sameShape,
  select,
  showType,
  sub,
  sum,
  type Tensor,
} from "@nn/core";
import type { ClassOptions } from "./options.ts";
import { checkTensors, isSameButLast, toFloat } from "./rows.ts";

/** How far shares may be from adding up to 1, as they are rounded. */
const tolerance = 1e-3;

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
  const { from, threshold } = options;
  if (!isBinary(prediction)) {
    check(
      threshold === 0.5,
      () =>
        `${metric}: the prediction is ${showType(prediction)}, of which the largest column counts; a threshold of ` +
        `${threshold} is for single outputs`,
    );
    return { predicted: largest(prediction), actual, classes: prediction.shape.at(-1)! };
  }
  const limit = from === "logits" ? Math.log(threshold / (1 - threshold)) : threshold;
  const outputs = reshape(toFloat(prediction), [prediction.size]);
  const predicted = select(isNaN(outputs), -1, cast(greater(outputs, limit), "i32"));
  return { predicted, actual, classes: 2 };
}

/**
 * Which class is right, i32[rows]. Targets of single outputs are 0 or 1, or -1 and 1; others are class numbers, or have
 * a share for each class, of which the largest counts. What are no shares, such as answers to several questions, is no
 * class.
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
  if (!isBinary(prediction) && sameShape(target.shape, shape)) return largestShare(target);
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
  const values = columnsOf(x);
  return select(isNaN(max(values, 1)), -1, argMax(values, 1));
}

function largestShare(x: Tensor): Tensor {
  const shares = columnsOf(x);
  const isWhole = less(abs(sub(sum(shares, 1), 1)), tolerance);
  return select(and(isWhole, lessEqual(0, min(shares, 1))), argMax(shares, 1), -1);
}

/** One row for each example or place, floats[rows, columns]. */
export function columnsOf(x: Tensor): Tensor {
  const columns = x.shape.at(-1)!;
  return reshape(toFloat(x), [x.size / columns, columns]);
}

function classNumber(values: Tensor, classes: number): Tensor {
  const isInside = and(lessEqual(0, values), less(values, classes));
  const isWhole = equal(values, floor(values));
  return select(and(isInside, isWhole), cast(values, "i32"), -1);
}
