import type { Backend, Tensor } from "@nn/core";
import { columnsOf } from "../data/matrix.ts";
import type { FoldData } from "../data/source.ts";
import { type HostTree, toBackend } from "../job/host-tree.ts";
import type { FiguresByName } from "../result.ts";
import { judge, type Judges } from "./judge.ts";
import { disposeOf } from "../data/dispose.ts";
import { judgeReverted, type Reverted, revert } from "./original.ts";

/** What the predictions of a fold are worth. */
export interface JudgedFold {
  readonly transformedMetrics: FiguresByName;
  /** In original units, where there is a way to them. */
  readonly metrics: FiguresByName | undefined;
  /** Of a table: predictions and targets by column, in original units. */
  readonly columns: Reverted | undefined;
}

/** Judges the predictions of a fold for its validation rows. */
export async function judgeFold(
  backend: Backend,
  judges: Judges,
  data: FoldData,
  predictions: HostTree,
): Promise<JudgedFold> {
  const { validation, pipeline } = data;
  const predicted = toBackend(backend, predictions);
  const transformedMetrics = await judge(backend, judges, predicted, validation);
  disposeOf(predicted);
  const columns = await columnsOfFold(data, predictions);
  if (!pipeline) return { transformedMetrics, metrics: transformedMetrics, columns };
  const weights = await validation.weights?.read();
  const metrics = columns && (await judgeReverted(backend, judges, columns, weights));
  return { transformedMetrics, metrics, columns };
}

/** Predictions and targets by column, where the model predicts the target columns one for one. */
async function columnsOfFold(
  { validation, pipeline, columns, rows }: FoldData,
  { leaves }: HostTree,
): Promise<Reverted | undefined> {
  const [leaf] = leaves;
  if (!columns || leaves.length !== 1) return undefined;
  const targets = await (validation.targets as Tensor).read();
  if (leaf!.data.length !== targets.length) return undefined;
  if (pipeline && rows) return revert(pipeline, columns, rows, leaf!.data, targets);
  const { outputs } = columns;
  return { predictions: columnsOf(leaf!.data, outputs), targets: columnsOf(targets, outputs) };
}
