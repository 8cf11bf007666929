import { check } from "@nn/core";
import { isObject, show } from "../options.ts";

/** How many values to try, or which ones for each feature. */
export type Grid = number | readonly ArrayLike<unknown>[];

/** Checks the form of a grid for so many features. */
export function checkGrid(name: string, grid: unknown, features: number): asserts grid is Grid {
  if (typeof grid === "number") {
    check(
      Number.isInteger(grid) && grid > 1,
      () =>
        `${name}: grid must be a whole number from 2 or a list of values for each feature, got ${grid}`,
    );
    return;
  }
  check(
    Array.isArray(grid) &&
      grid.length === features &&
      grid.every((values) => isObject(values) && Number(values["length"]) > 0),
    () =>
      `${name}: grid must be how many values to try or, for ${features === 1 ? "the feature" : `each of the ${features} features`}, a list ` +
      `of them, as in [[0, 0.5, 1]], got ${show(grid)}`,
  );
}

/**
 * Values of a column to try: all that there are where these are few, else those at even parts of the rows (quantiles),
 * each once. Missing ones are left out.
 */
export function quantiles(path: string, values: ArrayLike<unknown>, count: number): unknown[] {
  const sorted = Array.from(values)
    .filter((value) => value !== null && value !== undefined && !Number.isNaN(value))
    .sort((a, b) => (a! < b! ? -1 : Number(a! > b!)));
  check(sorted.length > 0, () => `${path}: the column has no value to try`);
  const distinct = eachOnce(sorted);
  if (distinct.length <= count) return distinct;
  const last = sorted.length - 1;
  return eachOnce(
    Array.from({ length: count }, (_, i) => sorted[Math.round((i * last) / (count - 1))]),
  );
}

/** Equal values once; dates are equal where their times are. */
function eachOnce(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [Object(value).valueOf() as unknown, value])).values()];
}
