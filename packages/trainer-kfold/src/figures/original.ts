import { type Backend, type FittedTransform, type Table, tensor, type Tensor } from "@nn/core";
import { columnsOf, matrixOf, numbersOf } from "../data/matrix.ts";
import { tableOf } from "../data/table-of.ts";
import type { FiguresByName, FoldColumns } from "../result.ts";
import { judge, type Judges } from "./judge.ts";
import { disposeOf } from "../data/dispose.ts";

/** Columns as numbers, by their names. */
export type Columns = { readonly [name: string]: Float64Array };

/** Predictions in original units, beside what they should be. */
export interface Reverted {
  readonly predictions: Columns;
  readonly targets: Columns;
}

/**
 * Takes predictions of a fold back to original units, or gives nothing where the pipeline cannot make numbers of them.
 * Targets are those of the raw table where it has columns of these names, and reverted like predictions elsewhere.
 */
export function revert(
  pipeline: FittedTransform,
  { outputs }: FoldColumns,
  rows: Table,
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
): Reverted | undefined {
  const width = targets.length / rows.numRows();
  if (!pipeline.revert || predictions.length !== targets.length || width !== outputs.length)
    return undefined;
  const back = (data: ArrayLike<number>): Columns | undefined =>
    numericColumns(pipeline.revert!(tableOf(columnsOf(data, outputs))));
  const reverted = back(predictions);
  if (!reverted) return undefined;
  const names = Object.keys(reverted);
  const raw = rows.columnNames();
  const known = names.every((name) => raw.includes(name))
    ? numericColumns(rows, names)
    : back(targets);
  return known && { predictions: reverted, targets: known };
}

/** The figures of reverted predictions, in f64 where the backend has it. */
export async function judgeReverted(
  backend: Backend,
  judges: Judges,
  { predictions, targets }: Reverted,
): Promise<FiguresByName> {
  const dtype = backend.dtypes.includes("f64") ? "f64" : "f32";
  const names = Object.keys(predictions);
  const upload = (columns: Columns): Tensor => {
    const { data, shape } = matrixOf("kFold", tableOf(columns), names);
    return tensor(backend, data, { shape, dtype });
  };
  const [predicted, known] = [upload(predictions), upload(targets)];
  try {
    return await judge(backend, judges, predicted, { targets: known });
  } finally {
    disposeOf([predicted, known]);
  }
}

function numericColumns(
  table: Table,
  names: readonly string[] = table.columnNames(),
): Columns | undefined {
  const columns: Record<string, Float64Array> = {};
  for (const name of names) {
    const numbers = numbersOf(table, name);
    if (typeof numbers === "string") return undefined;
    columns[name] = numbers;
  }
  return columns;
}
