import { check } from "@nn/core";
import { checkText, isObject, show } from "../check.ts";
import { checkLengths, type Column, readNumbers } from "./columns.ts";

/** What was predicted, and what is true. */
export interface PredictedAndTrue {
  readonly truth: Column;
  readonly predicted: Column;
  /** What the target is called. */
  readonly target?: string;
}

/** True and predicted values as numbers, with NaN where they are missing. */
export function readPredictions(
  name: string,
  predictions: PredictedAndTrue,
): { readonly target: string; readonly truth: Float64Array; readonly predicted: Float64Array } {
  check(
    isObject(predictions) && isObject(predictions.truth) && isObject(predictions.predicted),
    () => `${name}: expected { truth, predicted }, got ${show(predictions)}`,
  );
  const { truth, predicted, target = "target" } = predictions;
  checkText(`${name}: target`, target);
  checkLengths(name, { truth, predicted });
  return {
    target,
    truth: readNumbers(`${name}: truth`, truth).values,
    predicted: readNumbers(`${name}: predicted`, predicted).values,
  };
}
