import { check, TensorError } from "@nn/core";
import { type Column, isMissing } from "./frame/column.ts";
import { show } from "./show.ts";

/** One of the values that a column of classes can have. */
export type Level = string | number | boolean;

/** Whether a value can be a level. */
export function isLevel(value: unknown): value is Level {
  return ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
}

/** Whether a value is a list of levels, each of them once. */
export function isLevels(value: unknown): value is readonly Level[] {
  return Array.isArray(value) && value.every(isLevel) && new Set(value).size === value.length;
}

/** How often each level stands in a column. Missing values are left out. */
export function countLevels(place: string, name: string, column: Column): Map<Level, number> {
  const counts = new Map<Level, number>();
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    const count = counts.get(value as Level);
    if (count !== undefined) counts.set(value as Level, count + 1);
    else if (!isMissing(value)) {
      check(
        isLevel(value),
        () =>
          `${place}: column '${name}' has ${show(value)} in row ${row}; expected texts, numbers or booleans`,
      );
      counts.set(value, 1); // A map has no negative zero.
    }
  }
  check(counts.size > 0, () => `${place}: column '${name}' has no value to learn from; drop it`);
  return counts;
}

/** Levels in an order of their own: booleans, numbers by size, texts by their characters. */
export function sortLevels(levels: Iterable<Level>): Level[] {
  const all = [...levels];
  return ["boolean", "number", "string"].flatMap((type) =>
    all.filter((level) => typeof level === type).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/**
 * The number of each row's level in a list, and -1 for others. Those are refused unless `allowed`: levels that there were
 * not in training, and missing values.
 */
export function levelNumbers(
  place: string,
  name: string,
  column: Column,
  levels: readonly Level[],
  allowed: string | true,
): Int32Array {
  const numbers = new Map<unknown, number>(levels.map((level, i) => [level, i]));
  const result = new Int32Array(column.length).fill(-1);
  for (let row = 0; row < column.length; row++) {
    const at = numbers.get(column[row]);
    if (at !== undefined) result[row] = at;
    else if (allowed !== true) refuse(place, name, column[row], row, allowed);
  }
  return result;
}

function refuse(place: string, name: string, value: unknown, row: number, wayOut: string): never {
  const what = isMissing(value) ? "no value" : `${show(value)}, which there was not in training,`;
  throw new TensorError(`${place}: column '${name}' has ${what} in row ${row}; ${wayOut}`);
}
