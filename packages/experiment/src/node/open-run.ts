import { check } from "@nn/core";
import { folder as storeIn, saveModel, writeWhole } from "@nn/trainer/node";
import type { FoldStore } from "@nn/trainer-kfold";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { RunRecord } from "../record.ts";
import type { ExperimentResult } from "../run-experiment.ts";
import { circumstancesOf } from "./circumstances.ts";
import { lock } from "./lock.ts";
import { checkOptions, type OpenRunOptions } from "./open-run-options.ts";
import { predictionsCsv } from "./predictions-csv.ts";
import { recordFor } from "./record-for.ts";
import { runFiles } from "./run-files.ts";

/** A run that is being written, by one process at a time. Every file is written whole or not at all. */
export interface OpenRun {
  readonly folder: string;
  /** As `run.json` has it now. */
  readonly record: RunRecord;
  /** For `runExperiment`: keeps what a resumed run goes on from, in `folds/`. */
  readonly store: FoldStore;
  /**
   * Writes `history.json`, `predictions.csv`, `model.<format>` and at last `run.json` with the figures, and removes what
   * was kept for going on. Where the signal ended the run, there is only `run.json`, with the figures of the folds that
   * finished, and it can be resumed.
   */
  finish(result: ExperimentResult): Promise<RunRecord>;
  /**
   * Notes that the run failed, or was stopped before there was a result, and why. It can be resumed. One of `finish` and
   * `fail` gives the folder back to other processes.
   */
  fail(error: unknown): Promise<RunRecord>;
}

/**
 * Begins a run's folder, or goes on with one: makes it where it is missing, and writes `experiment.json` and `run.json`.
 * A run is only resumed with the same experiment, data and versions, and refused while another process is writing it.
 *
 * ```ts
 * const backend = await experiment.backend.open();
 * const run = await openRun("runs/houses", {
 *   experiment, backend, data: "houses.csv", format: safetensors(),
 * });
 * try {
 *   await run.finish(await runExperiment(experiment, { table, backend, store: run.store }));
 * } catch (error) {
 *   await run.fail(error);
 *   throw error;
 * }
 * ```
 */
export async function openRun(folder: string, options: OpenRunOptions): Promise<OpenRun> {
  checkOptions(folder, options);
  const { experiment, format, resume: _, ...where } = options;
  const files = runFiles(folder);
  const store = storeIn(files.folds, { format });
  const now = await circumstancesOf(experiment, where);
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const isFile = error.code === "EEXIST" || error.code === "ENOTDIR";
    check(!isFile, () => `openRun: '${folder}' is a file, or in one; choose another folder`);
    throw error;
  });
  const unlock = await lock(files.lock, `openRun: '${folder}'`);
  let record: RunRecord;
  const write = async (changes: Partial<RunRecord>): Promise<RunRecord> => {
    record = { ...record, ...changes };
    await writeJson(files.record, record);
    return record;
  };
  try {
    record = await recordFor(folder, files, options, now);
    await write({});
    await writeJson(files.experiment, experiment.json);
  } catch (error) {
    await unlock();
    throw error;
  }
  return {
    folder,
    get record() {
      return record;
    },
    store,
    async finish({ figures, history, predictions, model }) {
      const ended = new Date().toISOString();
      if (figures.ended !== "folds") {
        const stopped = await write({ status: "stopped", ended, figures });
        await unlock();
        return stopped;
      }
      await writeJson(files.history, history);
      if (predictions)
        await writeWhole(files.predictions, predictionsCsv(predictions, experiment.ids));
      const metadata = { experiment: experiment.json };
      await saveModel(path.join(folder, `model.${format.name}`), model, { format, metadata });
      const finished = await write({ status: "finished", ended, figures });
      await rm(files.folds, { recursive: true, force: true });
      await unlock();
      return finished;
    },
    async fail(error) {
      const isStopped = (error as Error | undefined)?.name === "AbortError";
      try {
        return await write({
          status: isStopped ? "stopped" : "failed",
          ended: new Date().toISOString(),
          error: error instanceof Error ? error.message : String(error),
        });
      } finally {
        await unlock();
      }
    },
  };
}

/** Writes JSON for people and machines. */
function writeJson(file: string, value: object): Promise<void> {
  return writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}
