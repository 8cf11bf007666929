import { check } from "@nn/core";
import type { RowValues, SplitRows } from "./splitter.ts";

/** Refuses options that a factory does not know, and what is no object at all. */
export function checkNames(name: string, options: object, known: readonly string[]): void {
  check(
    typeof options === "object" && options !== null,
    () => `${name}: expected an object of options, got ${String(options)}`,
  );
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  check(
    unknown === undefined,
    () => `${name}: there is no option '${unknown}'; the options are ${known.join(", ")}`,
  );
}

/** Refuses what is no whole number from `least`. */
export function checkWhole(name: string, value: unknown, least: number): void {
  check(
    Number.isSafeInteger(value) && Number(value) >= least,
    () => `${name} must be a whole number from ${least}, got ${shown(value)}`,
  );
}

/** Refuses what is neither true nor false. */
export function checkFlag(name: string, value: unknown): void {
  check(typeof value === "boolean", () => `${name} must be true or false, got ${shown(value)}`);
}

/** Refuses fewer rows than folds. */
export function checkRows(name: string, rows: number, folds: number): void {
  check(
    rows >= folds,
    () => `${name}: ${rows} rows do not make ${folds} folds; use at most ${rows}, or leaveOneOut()`,
  );
}

/** Refuses what cannot be one value per row, and gives its JSON. */
export function rowValues(name: string, values: RowValues): string | (string | number | boolean)[] {
  if (typeof values === "string") return values;
  check(
    typeof values === "object" && values !== null && Number.isSafeInteger(values.length),
    () =>
      `${name} must be an array with one value per row, or the name of a column, got ${shown(values)}`,
  );
  const list = Array.from(values);
  const at = list.findIndex(
    (value) =>
      !["string", "number", "boolean"].includes(typeof value) ||
      (typeof value === "number" && !Number.isFinite(value)),
  );
  check(
    at < 0,
    () =>
      `${name} must be strings, finite numbers or booleans, but row ${at} has ${shown(list[at])}`,
  );
  return list;
}

/** The rows with each value, in the order in which values first appear. */
export function rowsByValue(
  name: string,
  values: ReturnType<typeof rowValues>,
  { rows, column }: SplitRows,
): ReadonlyMap<string | number | boolean, readonly number[]> {
  const isColumn = typeof values === "string";
  check(
    !isColumn || column,
    () =>
      `${name}: '${String(values)}' names a column, but the data is no table; pass one value per row`,
  );
  const list = isColumn
    ? rowValues(`${name}: column '${values}'`, column!(values) as RowValues)
    : values;
  check(
    list.length === rows,
    () => `${name}: there are ${list.length} values for ${rows} rows; give every row one`,
  );
  const found = new Map<string | number | boolean, number[]>();
  for (const [row, value] of (list as (string | number | boolean)[]).entries()) {
    const members = found.get(value);
    if (members) members.push(row);
    else found.set(value, [row]);
  }
  return found;
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
