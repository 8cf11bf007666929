import { check } from "@nn/core";
import { type Columns, parse } from "../arguments.ts";
import { each } from "../frame/column.ts";
import { mapStep } from "../map-step.ts";
import { minimizeOn } from "../minimize.ts";
import { deviationOf, meanOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/**
 * Replaces columns by (x^λ - 1) / λ, or log x where λ is 0. λ is what makes a column of the training rows most like a
 * normal distribution: the greatest likelihood for λ between -5 and 5 (Box and Cox, "An Analysis of Transformations",
 * 1964). Numbers that are 0 and below are refused; see `yeoJohnson`.
 *
 * ```ts
 * boxCox("price", "sqft_lot");
 * ```
 */
export function boxCox(...columns: readonly Columns[]): Step {
  const name = "boxCox";
  return mapStep({
    name,
    columns: parse(name, columns, {}).columns,
    learn(values) {
      const least = values.reduce((a, b) => Math.min(a, b));
      check(
        least > 0,
        () =>
          `${name}: expected numbers above 0, got ${least}; use yeoJohnson, or clip in a step before`,
      );
      return [lambdaOf(values, boxCoxBy, Math.log)];
    },
    isFine: isLambda,
    map: ([lambda]) => each(boxCoxBy(lambda!)),
    inverse: ([lambda]) => each(boxCoxBack(lambda!)),
  });
}

/**
 * What `boxCox` does, for numbers of either sign: ((x + 1)^λ - 1) / λ from 0, and -((1 - x)^(2 - λ) - 1) / (2 - λ) below
 * (Yeo and Johnson, "A new family of power transformations to improve normality or symmetry", 2000).
 */
export function yeoJohnson(...columns: readonly Columns[]): Step {
  const name = "yeoJohnson";
  return mapStep({
    name,
    columns: parse(name, columns, {}).columns,
    learn: (values) => [
      lambdaOf(values, yeoJohnsonBy, (x) => Math.sign(x) * Math.log1p(Math.abs(x))),
    ],
    isFine: isLambda,
    map: ([lambda]) => each(yeoJohnsonBy(lambda!)),
    inverse([lambda]) {
      const above = boxCoxBack(lambda!);
      const below = boxCoxBack(2 - lambda!);
      return each((value) => (value >= 0 ? above(value) - 1 : 1 - below(-value)));
    },
  });
}

type NumberMap = (value: number) => number;

function isLambda(learned: readonly number[]): boolean {
  return learned.length === 1 && Math.abs(learned[0]!) <= 5;
}

function boxCoxBy(lambda: number): NumberMap {
  if (lambda === 0) return Math.log;
  // Near 0, the difference of nearly equal numbers would be all that is left of x^λ - 1.
  return (value) => Math.expm1(lambda * Math.log(value)) / lambda;
}

function boxCoxBack(lambda: number): NumberMap {
  if (lambda === 0) return Math.exp;
  return (value) => Math.exp(Math.log1p(lambda * value) / lambda);
}

function yeoJohnsonBy(lambda: number): NumberMap {
  const above = boxCoxBy(lambda);
  const below = boxCoxBy(2 - lambda);
  return (value) => (value >= 0 ? above(value + 1) : -below(1 - value));
}

/**
 * The λ of the greatest likelihood, (λ - 1) Σ logs - n log σ(λ), where σ is the standard deviation of what becomes of
 * the values.
 */
function lambdaOf(
  values: Float64Array,
  by: (lambda: number) => NumberMap,
  logOf: NumberMap,
): number {
  let logs = 0;
  for (const value of values) logs += logOf(value);
  const mean = logs / values.length;
  if (values.every((value) => value === values[0])) return 1;
  return minimizeOn(-5, 5, (lambda) => {
    const mapped = values.map(by(lambda));
    const cost = Math.log(deviationOf(mapped, meanOf(mapped))) - (lambda - 1) * mean;
    return Number.isFinite(cost) ? cost : Infinity;
  });
}
