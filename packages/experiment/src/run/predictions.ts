import type { Table, Tensor } from "@nn/core";
import type { KFoldResult } from "@nn/trainer-kfold";
import { numbersOf } from "./columns.ts";

/** What each row was predicted to be by folds that were not trained on it. */
export interface Predictions {
  /** The numbers of the rows in the table, from 0; those that no fold was judged on are not among them. */
  readonly rows: Int32Array;
  /** The fold that was judged on each of them; the last one, where there are several. */
  readonly folds: Int32Array;
  /** What the column `ids` has there, where the experiment names one. */
  readonly ids: readonly unknown[] | undefined;
  /** By target column; in original units, see `RunFigures.units`. */
  readonly predicted: { readonly [column: string]: Float64Array };
  /** What was to be predicted, by column, where the table has it in the same units. */
  readonly actual: { readonly [column: string]: Float64Array };
}

/** The out-of-fold predictions of a table's rows; undefined where models do not give one number for each target. */
export function predictionsOf(
  { folds, outOfFold, units }: KFoldResult<Tensor, Tensor>,
  table: Table,
): Predictions | undefined {
  const { columns, counts, ids } = outOfFold;
  if (!columns) return undefined;
  const rows = Int32Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  const foldOf = new Int32Array(counts.length);
  for (const { fold, validation } of folds) for (const row of validation) foldOf[row] = fold;
  const names = table.columnNames();
  const actual = Object.keys(columns).flatMap((name) => {
    const known = units === "original" && names.includes(name) ? numbersOf(table, name) : undefined;
    return known ? [[name, pick(known, rows)] as const] : [];
  });
  return {
    rows,
    folds: rows.map((row) => foldOf[row]!),
    ids: ids && Array.from(rows, (row) => ids[row]),
    predicted: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, pick(values, rows)]),
    ),
    actual: Object.fromEntries(actual),
  };
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}
