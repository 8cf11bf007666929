import { tensor, type Tree } from "@nn/core";
import { confirmDevice } from "@nn/trainer";
import { bestOf, summarizeAll } from "./figures/summarize.ts";
import { judge } from "./figures/judge.ts";
import { disposeOf } from "./data/dispose.ts";
import { judgeReverted } from "./figures/original.ts";
import { countedRows, type Joined, newJoined } from "./figures/out-of-fold.ts";
import { rebuild } from "./job/host-tree.ts";
import type { FinishedFold } from "./finish-fold.ts";
import type { FoldError } from "./fold-error.ts";
import { monitorOf } from "./figures/monitor.ts";
import { foldEnsemble } from "./model/fold-ensemble.ts";
import { modelsOfFold } from "./model/models-of-fold.ts";
import type { Plan } from "./plan.ts";
import type { FiguresByName, FoldResult, KFoldResult, OutOfFold } from "./result.ts";

/** Makes one result of those of the folds. */
export async function assemble(
  plan: Plan,
  finished: readonly FinishedFold[],
  failure: FoldError | undefined,
): Promise<KFoldResult<Tree, Tree>> {
  const { options, splits } = plan;
  const { backend, metrics = [], average } = options;
  const isWhole = finished.length === splits.length;
  const isOriginal = finished.every(({ judged }) => judged.metrics !== undefined);
  const folds = finished.map((fold) => resultOf(plan, fold, isOriginal));
  const figures = summarizeAll(
    metrics,
    folds.map((fold) => fold.metrics),
  );
  const { name, better } = monitorOf(options);
  const result: KFoldResult<Tree, Tree> = {
    folds,
    ended: isWhole ? "folds" : failure ? "error" : "signal",
    metrics: figures,
    transformedMetrics: summarizeAll(
      metrics,
      folds.map((fold) => fold.transformedMetrics),
    ),
    units: isOriginal ? "original" : "transformed",
    outOfFold: await joinFolds(plan, finished, isOriginal),
    best: folds[Math.max(0, bestOf(figures[name]!.folds, better))]!,
    ensemble: foldEnsemble({
      backend,
      folds,
      average,
      isOriginal,
      targets: finished.flatMap(({ judged }) => (judged.targets ? [judged.targets] : [])),
    }),
  };
  // Nothing else would tell that the device was lost after the models were put there.
  await confirmDevice(backend);
  return result;
}

/** The result of a fold, with its models on the backend. */
function resultOf(
  { options, splits }: Plan,
  finished: FinishedFold,
  isOriginal: boolean,
): FoldResult<Tree, Tree> {
  const { fold, predictions, judged } = finished;
  const { transformedMetrics } = judged;
  return {
    ...modelsOfFold(options, finished),
    ...splits[fold]!,
    fold,
    metrics: (isOriginal && judged.metrics) || transformedMetrics,
    transformedMetrics,
    predictions: rebuild(predictions, (leaf) => leaf),
  };
}

/** Joins the predictions of all folds by row. */
async function joinFolds(
  plan: Plan,
  finished: readonly FinishedFold[],
  isOriginal: boolean,
): Promise<OutOfFold<Tree>> {
  const joined = newJoined(plan.source.rows);
  for (const { fold, predictions, judged } of finished)
    joined.add(plan.splits[fold]!.validation, predictions, judged.columns);
  const columns = joined.columns()?.predictions;
  const metrics = isOriginal ? await judgeJoined(plan, joined) : undefined;
  return {
    predictions: rebuild(joined.predictions(), (leaf) => leaf),
    counts: joined.counts,
    ...(columns && { columns }),
    ...(plan.source.ids && { ids: plan.source.ids }),
    ...(metrics && { metrics }),
  };
}

/** The figures of all predictions together. */
async function judgeJoined(
  { options, source }: Plan,
  joined: Joined,
): Promise<FiguresByName | undefined> {
  const { backend, loss, metrics = [], dtype = "f32" } = options;
  const judges = { loss, metrics };
  const { counts } = joined;
  const rows = Int32Array.from(counts.keys()).filter((row) => counts[row]! > 0);
  if (source.targets) {
    const known = source.targets(rows);
    const predicted = rebuild(joined.predictions(), ({ data, shape: [count, ...example] }) => {
      const width = data.length / count!;
      const kept = data.filter((_, i) => counts[Math.floor(i / width)]! > 0);
      return tensor(backend, kept, { shape: [rows.length, ...example], dtype });
    }) as Tree;
    try {
      return await judge(backend, judges, predicted, known);
    } finally {
      disposeOf([predicted, { ...known }]);
    }
  }
  const columns = joined.columns();
  const weights = source.weights && Float64Array.from(rows, (row) => source.weights![row]!);
  return columns && judgeReverted(backend, judges, countedRows(columns, counts), weights);
}
