import type { Callback, Executor, Observer, Table, Tensor } from "@nn/core";
import type { FoldInfo, FoldModel, FoldStore, KFoldResult } from "@nn/trainer-kfold";
import type { Experiment } from "./experiment.ts";
import type { RunFigures, RunHistory } from "./record.ts";

/** What an experiment does not say of how it is run. None of it changes a bit of the result. */
export interface RunOptions {
  /** The rows, such as a table of arquero. */
  readonly table: Table;
  /** Where folds run, as many at a time as it says; here and one after the other by default. */
  readonly executor?: Executor;
  /** For an executor: the URL of a module that exports `plugins`, and `runFold` of `@nn/trainer-kfold` as `run`. */
  readonly entry?: URL | string;
  /** For an executor: the threads that a fold may use. */
  readonly threads?: number;
  /** Watches a fold, wherever it runs, such as `progress().fold` of `@nn/trainer/node`; see `kFold` for members. */
  readonly observe?: (fold: number, folds: number, info: FoldInfo) => Observer;
  /** Callbacks besides those of the experiment, such as logs; for folds that run here. */
  readonly callbacks?: (fold: number) => readonly Callback[];
  /** Where to keep what is done, and to go on from after an interruption. */
  readonly store?: FoldStore;
  /** Ends the run within about 10 ms; the result is made of the folds that finished. */
  readonly signal?: AbortSignal;
}

/** What each row was predicted to be by folds that were not trained on it. */
export interface Predictions {
  /** The numbers of the rows in the table, from 0; those that no fold was judged on are not among them. */
  readonly rows: Int32Array;
  /** What the column `ids` has there, where the experiment names one. */
  readonly ids: readonly unknown[] | undefined;
  /** By target column; in original units, see `RunFigures.units`. */
  readonly predicted: { readonly [column: string]: Float64Array };
  /** What was to be predicted, by column, where the table has it in the same units. */
  readonly actual: { readonly [column: string]: Float64Array };
}

/** What an experiment came to. */
export interface ExperimentResult {
  /** Plain JSON, for `run.json` and for reports. */
  readonly figures: RunFigures;
  readonly history: RunHistory;
  /** Absent where models do not give one number for each target column. */
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
 * const { figures, model } = await runExperiment(experiment, { table });
 * figures.metrics.r2.mean; // in original units
 * ```
 */
export async function runExperiment(
  experiment: Experiment,
  options: RunOptions,
): Promise<ExperimentResult> {
  throw new Error(`${experiment.name} ${Object.keys(options).join()}: not there yet`);
}
