import { type HostTensor, sizeOf } from "@nn/core";
import type { HostTree } from "../job/host-tree.ts";
import type { ByColumn, NumberColumns } from "./original.ts";

/** Predictions that are joined by row: means over the folds that were judged on a row. */
export interface Joined {
  /** Adds what a fold predicted for its validation rows. */
  add(rows: Int32Array, predictions: HostTree, columns: ByColumn | undefined): void;
  readonly counts: Int32Array;
  predictions(): HostTree;
  /** Where every fold had some. */
  columns(): ByColumn | undefined;
}

/** Joined predictions without any so far, of so many rows. */
export function newJoined(rows: number): Joined {
  const counts = new Int32Array(rows);
  let form: HostTree["form"] | undefined;
  /** By leaf: the sums, and the shape of an example. */
  const sums: { readonly data: Float64Array; readonly shape: readonly number[] }[] = [];
  let isComplete = true;
  // Columns may be called like what objects have from their prototype.
  const columns = Object.create(null) as Record<string, Float64Array>;
  const targets = Object.create(null) as Record<string, Float64Array>;

  const meanOf = (sum: Float64Array, width: number): Float64Array =>
    sum.map((value, i) => value / counts[Math.floor(i / width)]!);

  return {
    add(numbers, predictions, own) {
      form ??= predictions.form;
      for (const row of numbers) counts[row]!++;
      for (const [i, { data, shape }] of predictions.leaves.entries()) {
        const example = shape.slice(1);
        const width = sizeOf(example);
        sums[i] ??= { data: new Float64Array(rows * width), shape: example };
        addRows(sums[i].data, numbers, data, width);
      }
      isComplete &&= own !== undefined;
      for (const name in own?.predictions) {
        addRows((columns[name] ??= new Float64Array(rows)), numbers, own.predictions[name]!, 1);
        const known = (targets[name] ??= new Float64Array(rows).fill(Number.NaN));
        for (const [i, row] of numbers.entries()) known[row] = own.targets[name]![i]!;
      }
    },
    counts,
    predictions() {
      const leaves = sums.map(({ data, shape }): HostTensor => {
        const mean = meanOf(data, sizeOf(shape));
        return { shape: [rows, ...shape], dtype: "f64", data: mean };
      });
      return { form: form ?? [], leaves };
    },
    columns: () =>
      isComplete
        ? { predictions: mapColumns(columns, (sum) => meanOf(sum, 1)), targets }
        : undefined,
  };
}

/** The rows of columns for which there is a prediction. */
export function countedRows({ predictions, targets }: ByColumn, counts: Int32Array): ByColumn {
  const counted = (column: Float64Array): Float64Array =>
    column.filter((_, row) => counts[row]! > 0);
  return { predictions: mapColumns(predictions, counted), targets: mapColumns(targets, counted) };
}

function mapColumns(
  columns: NumberColumns,
  fn: (column: Float64Array) => Float64Array,
): NumberColumns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, fn(column)]));
}

function addRows(
  sums: Float64Array,
  rows: Int32Array,
  values: ArrayLike<number>,
  width: number,
): void {
  for (const [i, row] of rows.entries())
    for (let at = 0; at < width; at++) sums[row * width + at]! += values[i * width + at]!;
}
