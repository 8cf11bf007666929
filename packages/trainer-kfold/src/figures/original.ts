import { type Backend, type FittedTransform, type Table, tensor, type Tensor } from "@nn/core";
import { matrixOf, numbersOf } from "../data/matrix.ts";
import { tableOf } from "../data/table-of.ts";
import { revertRows } from "../data/transformed.ts";
import type { FiguresByName } from "../result.ts";
import { judge, type Judges } from "./judge.ts";
import { disposeOf } from "../data/dispose.ts";

/** Columns of numbers, by their names. */
export type NumberColumns = { readonly [name: string]: Float64Array };

/** Predictions beside what they should be. */
export interface ByColumn {
  readonly predictions: NumberColumns;
  readonly targets: NumberColumns;
}

/**
 * Takes predictions of a fold back to original units, or gives nothing where the pipeline cannot make numbers of them, one
 * for one: the loss and metrics of probabilities are none of the class that is made of them, also where it is a number.
 * Targets are those of the raw table where it has columns of these names, and reverted like predictions elsewhere.
 */
export function revert(
  pipeline: FittedTransform,
  rows: Table,
  { predictions, targets }: ByColumn,
): ByColumn | undefined {
  if (!pipeline.revert) return undefined;
  const back = (columns: NumberColumns): NumberColumns | undefined =>
    numericColumns(revertRows(pipeline, tableOf(columns)));
  const reverted = back(predictions);
  if (!reverted) return undefined;
  const names = Object.keys(reverted);
  const raw = rows.columnNames();
  if (!areOneForOne(names, Object.keys(predictions), raw)) return undefined;
  const known = names.every((name) => raw.includes(name))
    ? numericColumns(rows, names)
    : back(targets);
  return known && { predictions: reverted, targets: known };
}

/** The figures of reverted predictions, in f64 where the backend has it, with a weight for each row or none. */
export async function judgeReverted(
  backend: Backend,
  judges: Judges,
  { predictions, targets }: ByColumn,
  weights?: ArrayLike<number>,
): Promise<FiguresByName> {
  const dtype = backend.dtypes.includes("f64") ? "f64" : "f32";
  const names = Object.keys(predictions);
  const upload = (columns: NumberColumns): Tensor => {
    const { data, shape } = matrixOf("kFold", tableOf(columns), names);
    return tensor(backend, data, { shape, dtype });
  };
  const predicted = upload(predictions);
  const known = {
    targets: upload(targets),
    ...(weights && { weights: tensor(backend, Float64Array.from(weights), { dtype }) }),
  };
  try {
    return await judge(backend, judges, predicted, known);
  } finally {
    disposeOf([predicted, known]);
  }
}

/**
 * Whether columns that outputs are reverted to stand for some of them: by their names, or by those of the raw table where
 * they are as many.
 */
function areOneForOne(
  names: readonly string[],
  outputs: readonly string[],
  raw: readonly string[],
): boolean {
  const isRenamed = names.length === outputs.length;
  return names.every((name) => outputs.includes(name) || (isRenamed && raw.includes(name)));
}

function numericColumns(
  table: Table,
  names: readonly string[] = table.columnNames(),
): NumberColumns | undefined {
  const columns: Record<string, Float64Array> = {};
  for (const name of names) {
    const numbers = numbersOf(table, name);
    if ("row" in numbers) return undefined;
    columns[name] = numbers;
  }
  return columns;
}
