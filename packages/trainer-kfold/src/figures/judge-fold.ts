import type { Backend, Tensor } from "@nn/core";
import { columnsOf } from "../data/matrix.ts";
import type { FoldData } from "../data/source.ts";
import { type HostTree, toBackend } from "../job/host-tree.ts";
import type { FiguresByName } from "../result.ts";
import { judge, type Judges } from "./judge.ts";
import { disposeOf } from "../data/dispose.ts";
import { type ByColumn, judgeReverted, type NumberColumns, revert } from "./original.ts";

/** What the predictions of a fold are worth. */
export interface JudgedFold {
  readonly transformedMetrics: FiguresByName;
  /** In original units, where there is a way to them. */
  readonly metrics: FiguresByName | undefined;
  /** Of a table: predictions and targets by column, in original units. */
  readonly columns: ByColumn | undefined;
  /** Of a table: targets by column, where the model predicts them one for one; in the units that it was trained in. */
  readonly targets: NumberColumns | undefined;
}

/** Judges the predictions of a fold for its validation rows. */
export async function judgeFold(
  backend: Backend,
  judges: Judges,
  data: FoldData,
  predictions: HostTree,
): Promise<JudgedFold> {
  const { validation, pipeline, rows } = data;
  const predicted = toBackend(backend, predictions);
  const transformedMetrics = await judge(backend, judges, predicted, validation);
  disposeOf(predicted);
  const known = await columnsOfFold(data, predictions);
  const columns = known && (pipeline && rows ? revert(pipeline, rows, known) : known);
  const shared = { transformedMetrics, columns, targets: known?.targets };
  if (!pipeline) return { ...shared, metrics: transformedMetrics };
  const weights = await validation.weights?.read();
  const metrics = columns && (await judgeReverted(backend, judges, columns, weights));
  return { ...shared, metrics };
}

/** Predictions and targets by column, where the model predicts the target columns one for one. */
async function columnsOfFold(
  { validation, columns }: FoldData,
  { leaves }: HostTree,
): Promise<ByColumn | undefined> {
  const [leaf] = leaves;
  if (!columns || leaves.length !== 1) return undefined;
  const targets = await (validation.targets as Tensor).read();
  if (leaf!.data.length !== targets.length) return undefined;
  const { outputs } = columns;
  return { predictions: columnsOf(leaf!.data, outputs), targets: columnsOf(targets, outputs) };
}
