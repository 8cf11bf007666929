import {
  type Backend,
  type Callback,
  check,
  type Executor,
  type Observer,
  type Table,
  type Tensor,
} from "@nn/core";
import {
  type FoldInfo,
  type FoldModel,
  type FoldStore,
  kFold,
  type KFoldResult,
} from "@nn/trainer-kfold";
import type { Experiment } from "./experiment.ts";
import { shown } from "./read/shown.ts";
import { isObject } from "./read/spelled.ts";
import type { RunFigures, RunHistory } from "./record.ts";
import { checkBackend } from "./run/check-backend.ts";
import { checkTable } from "./run/check-table.ts";
import { figuresOf, historyOf } from "./run/figures.ts";
import { type Predictions, predictionsOf } from "./run/predictions.ts";
import { trainAll } from "./run/train-all.ts";

/** What an experiment does not say of how it is run. But for callbacks of yours, none of it changes a bit of the result. */
export interface RunOptions {
  /** The rows, such as a table of arquero. */
  readonly table: Table;
  /**
   * The experiment's backend, which it is opened by: `await experiment.backend.open()`. Close it once the model of the
   * result is not needed any more.
   */
  readonly backend: Backend;
  /** Where folds run, as many at a time as it says; here and one after the other by default. */
  readonly executor?: Executor;
  /** For an executor: the URL of a module that exports `plugins`, and `runFold` of `@nn/trainer-kfold` as `run`. */
  readonly entry?: URL | string;
  /** For an executor: the threads that a fold may use. */
  readonly threads?: number;
  /** Watches a fold, wherever it runs, such as `progress().fold` of `@nn/trainer/node`; see `kFold` for members. */
  readonly observe?: (fold: number, folds: number, info: FoldInfo) => Observer;
  /** Watches the training on all rows that comes last where the experiment keeps such a model. */
  readonly observeAll?: (member: number, members: number) => Observer;
  /** Callbacks besides those of the experiment, such as logs; for folds that run here. */
  readonly callbacks?: (info: FoldInfo) => readonly Callback[];
  /** Where to keep what is done, and to go on from after an interruption. */
  readonly store?: FoldStore;
  /**
   * Ends the run within about 10 ms. The result is made of the folds that finished, and the model is not the one trained
   * on all rows; where no fold has, the signal's reason is thrown.
   */
  readonly signal?: AbortSignal;
}

/** What an experiment came to. */
export interface ExperimentResult {
  /** Plain JSON, for `run.json` and for reports. */
  readonly figures: RunFigures;
  readonly history: RunHistory;
  /** Undefined where models do not give one number for each target column. */
  readonly predictions: Predictions | undefined;
  /** The model to keep, as `keep` says: it predicts raw rows with `predictTable`, and `saveModel` takes it. */
  readonly model: FoldModel<Tensor, Tensor>;
  /** The folds with their models. */
  readonly folds: KFoldResult<Tensor, Tensor>;
}

/**
 * Runs an experiment: checks that it goes with the table, trains and judges a model for each fold, and makes the model
 * to keep. The same experiment and table give the same bits.
 *
 * ```ts
 * const experiment = readExperiment(parseExperiment(text), { plugins });
 * const backend = await experiment.backend.open();
 * const { figures, model } = await runExperiment(experiment, { table, backend });
 * figures.metrics.r2.mean; // in original units
 * ```
 */
export async function runExperiment(
  experiment: Experiment,
  options: RunOptions,
): Promise<ExperimentResult> {
  const { table, backend, observeAll, signal, callbacks, ...others } = options;
  check(
    isObject(experiment?.json),
    () => `runExperiment: expected what readExperiment() makes of JSON, got ${shown(experiment)}`,
  );
  check(
    typeof table?.numRows === "function",
    () => "runExperiment: expected { table }, such as one of arquero or of tableOf()",
  );
  checkBackend("runExperiment", experiment, backend);
  const started = performance.now();
  checkTable(experiment, table);
  const { pipeline, ids, weights, average } = experiment;
  const result = await kFold<Tensor, Tensor, Tensor>({
    ...others,
    data: table,
    target: experiment.target,
    model: experiment.model,
    loss: experiment.loss,
    metrics: experiment.metrics,
    optimizer: experiment.optimizer,
    folds: experiment.folds,
    members: experiment.members,
    epochs: experiment.epochs,
    batchSize: experiment.batchSize,
    shuffle: experiment.shuffle,
    seed: experiment.seed,
    dtype: experiment.dtype,
    monitor: experiment.monitor,
    exactFigures: experiment.exactFigures,
    backend,
    callbacks: (info) => [...experiment.callbacks(), ...(callbacks?.(info) ?? [])],
    ...(signal && { signal }),
    ...(pipeline && { pipeline }),
    ...(ids !== undefined && { ids }),
    ...(weights !== undefined && { weights }),
    ...(average && { average }),
  });
  const isWhole = result.ended === "folds";
  const all =
    isWhole && experiment.keep === "all"
      ? await trainAll(experiment, table, result, { backend, signal, observe: observeAll })
      : undefined;
  const isStopped = isWhole && experiment.keep === "all" && !all;
  const figures = figuresOf(experiment, result, {
    ended: isStopped ? "signal" : result.ended,
    rows: table.numRows(),
    seconds: (performance.now() - started) / 1000,
  });
  return {
    figures,
    history: historyOf(result),
    predictions: predictionsOf(result, table),
    model: all ?? (experiment.keep === "ensemble" ? result.ensemble : result.best),
    folds: result,
  };
}
