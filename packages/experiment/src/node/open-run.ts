import type { ModelFormat } from "@nn/core";
import type { FoldStore } from "@nn/trainer-kfold";
import type { Experiment } from "../experiment.ts";
import type { RunRecord } from "../record.ts";
import type { ExperimentResult } from "../run-experiment.ts";

/** What a run's folder is opened with. */
export interface OpenRunOptions {
  readonly experiment: Experiment;
  /** The file that the experiment's data is read from, seen from here. */
  readonly data: string;
  /** How the model and the state of unfinished folds are written, such as `safetensors()`. */
  readonly format: ModelFormat;
  /** Whether to go on with a run that was interrupted; false by default: a folder that has a run is refused. */
  readonly resume?: boolean;
  /** Versions to note besides those that are found, such as that of the program that runs it. */
  readonly versions?: { readonly [packageName: string]: string };
  /** Where the sources are, for the revision in git; the current folder by default. */
  readonly sources?: string;
}

/** A run that is being written. Every file is written whole or not at all. */
export interface OpenRun {
  readonly folder: string;
  /** As `run.json` has it now. */
  readonly record: RunRecord;
  /** For `runExperiment`: keeps what a resumed run goes on from, in `folds/`. */
  readonly store: FoldStore;
  /**
   * Writes `history.json`, `predictions.csv`, `model.<format>` and at last `run.json` with the figures, and removes what
   * was kept for going on. Where the signal ended the run, it stays `stopped`, and can be resumed.
   */
  finish(result: ExperimentResult): Promise<RunRecord>;
  /** Notes that the run failed, or was stopped before there was a result, and why. */
  fail(error: unknown): Promise<RunRecord>;
}

/**
 * Begins a run's folder, or goes on with one: makes it where it is missing, and writes `experiment.json` and `run.json`.
 * A run is only resumed with the same experiment and data, and with the same versions.
 *
 * ```ts
 * const run = await openRun("runs/houses", { experiment, data: "houses.csv", format: safetensors() });
 * try {
 *   await run.finish(await runExperiment(experiment, { table, store: run.store }));
 * } catch (error) {
 *   await run.fail(error);
 *   throw error;
 * }
 * ```
 */
export async function openRun(folder: string, options: OpenRunOptions): Promise<OpenRun> {
  throw new Error(`${folder} ${options.data}: not there yet`);
}
