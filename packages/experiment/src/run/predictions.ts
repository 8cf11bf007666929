import type { Table, Tensor } from "@nn/core";
import { type KFoldResult, tableOf } from "@nn/trainer-kfold";
import { numbersOf } from "./columns.ts";

/** What each row was predicted to be by folds that were not trained on it. */
export interface Predictions {
  /** The numbers of the rows in the table, from 0; those that no fold was judged on are not among them. */
  readonly rows: Int32Array;
  /** The fold that was judged on each of them; the last one, where there are several. */
  readonly folds: Int32Array;
  /** What the column `ids` has there, where the experiment names one. */
  readonly ids: readonly unknown[] | undefined;
  /** By column; in original units where the pipeline has a way back, see `RunFigures.units`. */
  readonly predicted: { readonly [column: string]: Float64Array };
  /** What was to be predicted, by column, where the table has it in the same units. */
  readonly actual: { readonly [column: string]: Float64Array };
  /** What is no number: classes that the pipeline makes of predictions, as of columns by `oneHot`. */
  readonly predictedLabels: { readonly [column: string]: readonly unknown[] };
  readonly actualLabels: { readonly [column: string]: readonly unknown[] };
}

/** Columns with a value for each row of the data. */
type Columns = { readonly [name: string]: ArrayLike<unknown> };

/**
 * The out-of-fold predictions of a table's rows; undefined where models do not give one number for each target, or the
 * way back is not known for a row because several folds were judged on it.
 */
export function predictionsOf(
  result: KFoldResult<Tensor, Tensor>,
  table: Table,
): Predictions | undefined {
  const { folds, outOfFold, units } = result;
  const { counts, ids } = outOfFold;
  const columns: Columns | undefined = outOfFold.columns ?? revertedByFold(result);
  if (!columns) return undefined;
  const rows = Int32Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  const foldOf = new Int32Array(counts.length);
  for (const { fold, validation } of folds) for (const row of validation) foldOf[row] = fold;
  const isOriginal = units === "original" || !outOfFold.columns;
  const predicted = split(columns, rows);
  const names = table.columnNames().filter((name) => isOriginal && Object.hasOwn(columns, name));
  const actual = split(Object.fromEntries(names.map((name) => [name, table.array(name)])), rows);
  const labels = Object.entries(actual.labels).filter(([name]) =>
    Object.hasOwn(predicted.labels, name),
  );
  return {
    rows,
    folds: rows.map((row) => foldOf[row]!),
    ids: ids && Array.from(rows, (row) => ids[row]),
    predicted: predicted.numbers,
    actual: actual.numbers,
    predictedLabels: predicted.labels,
    actualLabels: Object.fromEntries(labels),
  };
}

/** What the pipelines of folds make of predictions where that is not numbers alone, as `kFold` has it. */
function revertedByFold({ folds, outOfFold }: KFoldResult<Tensor, Tensor>): Columns | undefined {
  const { counts, predictions } = outOfFold;
  const width = predictions.data.length / counts.length;
  if (counts.some((count) => count > 1)) return undefined;
  const made = new Map<string, unknown[]>();
  for (const { pipeline, columns, validation } of folds) {
    if (!pipeline?.revert || columns?.outputs.length !== width) return undefined;
    const outputs = columns.outputs.map((name, at) => {
      const values = Float64Array.from(validation, (row) => predictions.data[row * width + at]!);
      return [name, values] as const;
    });
    const reverted = pipeline.revert(tableOf(Object.fromEntries(outputs)));
    for (const name of reverted.columnNames()) {
      const values = reverted.array(name);
      const column = made.get(name) ?? [];
      for (const [i, row] of validation.entries()) column[row] = values[i];
      made.set(name, column);
    }
  }
  return Object.fromEntries(made);
}

/** Some rows of columns, those of numbers and others. */
function split(
  columns: Columns,
  rows: Int32Array,
): {
  readonly numbers: { readonly [name: string]: Float64Array };
  readonly labels: { readonly [name: string]: readonly unknown[] };
} {
  const parts = Object.entries(columns).map(([name, values]) => {
    const own = Array.from(rows, (row) => values[row]);
    return { name, own, numbers: numbersOf(tableOf({ [name]: own }), name) };
  });
  return {
    numbers: Object.fromEntries(
      parts.flatMap(({ name, numbers }) => (numbers ? [[name, numbers]] : [])),
    ),
    labels: Object.fromEntries(
      parts.flatMap(({ name, own, numbers }) => (numbers ? [] : [[name, own]])),
    ),
  };
}
