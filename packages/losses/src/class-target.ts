import {
  abs,
  and,
  any,
  cast,
  check,
  concatenate,
  equal,
  expandDims,
  floor,
  full,
  iota,
  isFloat,
  less,
  lessEqual,
  min,
  reshape,
  sameShape,
  showType,
  sum,
  type Tensor,
} from "@nn/core";
import { checkTensors } from "./like-prediction.ts";
import { orNaN } from "./or-nan.ts";

/** A target as its loss needs it: which class it is, or the share of each class. */
export type ClassTarget =
  | SingleClass
  | {
      /** In the prediction's shape. */
      readonly shares: Tensor;
      /** To be added to what comes out: 0, and NaN where there are no such shares. */
      readonly guard: Tensor;
    };

/** One class for each example. */
export interface SingleClass {
  /** Where the class is, bool[…, classes]. */
  readonly isClass: Tensor;
  /** To be added to what comes out: 0, and NaN where the target is no class. */
  readonly guard: Tensor;
}

/** What shares may add up to, beyond 1, as they are rounded. */
const tolerance = 1e-3;

/**
 * Reads a target for predictions with the classes along their last axis. A target of the same shape has the shares of
 * all classes, such as 1 for one of them; one without that axis, or with a length of 1 there, has class numbers.
 */
export function classTarget(loss: string, prediction: Tensor, target: Tensor): ClassTarget {
  checkTensors(loss, prediction, target);
  const { shape, dtype } = prediction;
  const classes = shape.at(-1) ?? 0;
  check(
    shape.length > 1 && classes > 1,
    () =>
      `${loss}: the prediction is ${showType(prediction)}, expected an example per row with a column for each of two ` +
      "or more classes; a single output for two classes takes the binary loss",
  );
  const none = full([], 0, dtype);
  if (sameShape(target.shape, shape)) {
    const shares = cast(target, dtype);
    return { shares, guard: orNaN(areShares(shares), none) };
  }
  const places = shape.slice(0, -1);
  check(
    sameShape(target.shape, places) || sameShape(target.shape, [...places, 1]),
    () =>
      `${loss}: the prediction is ${showType(prediction)}, the target ${showType(target)}; expected class numbers ` +
      `[${places}] or a share of each class [${shape}]`,
  );
  const numbers = reshape(isFloat(target.dtype) ? target : cast(target, "i32"), places);
  return {
    isClass: equal(expandDims(numbers, -1), iota(classes, numbers.dtype)),
    guard: orNaN(isClassNumber(numbers, classes), none),
  };
}

/** Reads a target that has to be a single class, and refuses shares of several by making the loss NaN. */
export function singleClass(loss: string, prediction: Tensor, target: Tensor): SingleClass {
  const known = classTarget(loss, prediction, target);
  if ("isClass" in known) return known;
  const isClass = equal(known.shares, 1);
  // Where the shares add up to 1 and one of them is 1, all others are 0.
  const isSingle = and(any(isClass, -1), equal(sum(abs(known.shares), -1), 1));
  return { isClass, guard: orNaN(isSingle, full([], 0, prediction.dtype)) };
}

function isClassNumber(numbers: Tensor, classes: number): Tensor {
  const isInside = and(lessEqual(0, numbers), less(numbers, classes));
  return isFloat(numbers.dtype) ? and(isInside, equal(numbers, floor(numbers))) : isInside;
}

/** Whether nothing is below 0, and all adds up to 1 at most. Shares that are all 0 leave an example out. */
function areShares(shares: Tensor): Tensor {
  return and(lessEqual(0, min(shares, -1)), lessEqual(sum(shares, -1), 1 + tolerance));
}

/** The constant tensor of some weights, one for each class of a prediction. */
export function weightsOf(loss: string, weights: readonly number[], prediction: Tensor): Tensor {
  check(
    weights.length === prediction.shape.at(-1),
    () =>
      `${loss}: there are ${weights.length} class weights for the prediction ${showType(prediction)}; ` +
      "give one for each class",
  );
  return concatenate(weights.map((weight) => full([1], weight, prediction.dtype)));
}
