import { check } from "@nn/core";
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
  column.forEach((value: unknown, row: number) => {
    if (isMissing(value)) return;
    check(
      isLevel(value),
      () =>
        `${place}: column '${name}' has ${show(value)} in row ${row}; expected texts, numbers or booleans`,
    );
    const level = value === 0 ? 0 : value; // No level is a negative zero.
    counts.set(level, (counts.get(level) ?? 0) + 1);
  });
  check(counts.size > 0, () => `${place}: column '${name}' has no value to learn from; drop it`);
  return counts;
}

/** Levels in an order of their own: booleans, numbers by size, texts by their characters. */
export function sortLevels(levels: Iterable<Level>): Level[] {
  const rank = (level: Level): number => ["boolean", "number", "string"].indexOf(typeof level);
  return [...levels].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
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
  return Int32Array.from(column as ArrayLike<unknown>, (value, row) => {
    const at = numbers.get(value);
    check(
      at !== undefined || allowed === true,
      () =>
        `${place}: column '${name}' has ${isMissing(value) ? "no value" : `${show(value)}, which there was not in training,`} ` +
        `in row ${row}; ${allowed}`,
    );
    return at ?? -1;
  });
}
