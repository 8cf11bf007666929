import { check } from "@nn/core";
import { isList, shown } from "../check-options.ts";
import type { RowValue, RowValues, SplitRows } from "./splitter.ts";

/** Refuses fewer rows than folds. */
export function checkRows(name: string, rows: number, folds: number): void {
  check(
    rows >= folds,
    () =>
      `${name}: ${rows} rows do not make ${folds} folds` +
      (rows > 1 ? `; use at most ${rows}, or leaveOneOut()` : ""),
  );
}

/** Refuses what cannot be one value per row, and gives its JSON. */
export function rowValues(name: string, values: RowValues): string | RowValue[] {
  if (typeof values === "string") return values;
  check(
    typeof values === "object" && values !== null && Number.isSafeInteger(values.length),
    () =>
      `${name} must be an array with one value per row, or the name of a column, got ${shown(values)}`,
  );
  return Array.from(values, (value, row) => {
    const single = isList(value) ? valueOf(value) : value;
    check(
      typeof single === "number"
        ? Number.isFinite(single)
        : ["string", "boolean"].includes(typeof single),
      () =>
        `${name} must be strings, finite numbers, booleans or one-hot rows, but row ${row} has ${shown(value)}`,
    );
    return single!;
  });
}

/** The one value of a row, or the place of the 1 in a one-hot row. */
function valueOf(row: ArrayLike<number | boolean>): RowValue | undefined {
  const numbers = Array.from(row, Number);
  if (numbers.length === 1) return row[0];
  const isOneHot = numbers.filter((value) => value !== 0).length === 1 && numbers.includes(1);
  return isOneHot ? numbers.indexOf(1) : undefined;
}

/** The rows with each value, in the order in which values first appear. */
export function rowsByValue(
  name: string,
  values: ReturnType<typeof rowValues>,
  { rows, column }: SplitRows,
): ReadonlyMap<RowValue, readonly number[]> {
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
  const found = new Map<RowValue, number[]>();
  for (const [row, value] of (list as RowValue[]).entries()) {
    const members = found.get(value);
    if (members) members.push(row);
    else found.set(value, [row]);
  }
  return found;
}
