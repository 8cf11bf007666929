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
      return [lambdaOf(values.map(Math.log), boxCoxOfLog)];
    },
    isFine: isLambda,
    map([lambda]) {
      const ofLog = boxCoxOfLog(lambda!);
      return each((value) => ofLog(Math.log(value)));
    },
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
    learn: (values) => [lambdaOf(values.map(signedLog), yeoJohnsonOfLog)],
    isFine: isLambda,
    map([lambda]) {
      const ofLog = yeoJohnsonOfLog(lambda!);
      return each((value) => ofLog(signedLog(value)));
    },
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

/** From logarithms to what the transform makes of their numbers. */
function boxCoxOfLog(lambda: number): NumberMap {
  // Near 0, the difference of nearly equal numbers would be all that is left of x^λ - 1.
  return lambda === 0 ? (log) => log : (log) => Math.expm1(lambda * log) / lambda;
}

function boxCoxBack(lambda: number): NumberMap {
  if (lambda === 0) return Math.exp;
  return (value) => Math.exp(Math.log1p(lambda * value) / lambda);
}

/** The same for logarithms of the distance to -1 or 1, with the sign of their numbers. */
function yeoJohnsonOfLog(lambda: number): NumberMap {
  const above = boxCoxOfLog(lambda);
  const below = boxCoxOfLog(2 - lambda);
  return (log) => (log >= 0 ? above(log) : -below(-log));
}

function signedLog(value: number): number {
  return value >= 0 ? Math.log1p(value) : -Math.log1p(-value);
}

/**
 * The λ of the greatest likelihood, (λ - 1) Σ logs - n log σ(λ), where σ is the standard deviation of what becomes of
 * the values.
 */
function lambdaOf(logs: Float64Array, by: (lambda: number) => NumberMap): number {
  if (logs.every((log) => log === logs[0])) return 1;
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return minimizeOn(-5, 5, (lambda) => {
    const mapped = each(by(lambda))(logs);
    const cost = Math.log(deviationOf(mapped, meanOf(mapped))) - (lambda - 1) * mean;
    return Number.isFinite(cost) ? cost : Infinity;
  });
}
