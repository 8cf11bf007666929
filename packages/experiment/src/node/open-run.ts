import { check, type ModelFormat } from "@nn/core";
import { folder as storeIn, saveModel, writeWhole } from "@nn/trainer/node";
import type { FoldStore } from "@nn/trainer-kfold";
import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { differences } from "../differences.ts";
import type { Experiment } from "../experiment.ts";
import { differentAt } from "../json/different-at.ts";
import type { RunRecord } from "../record.ts";
import type { ExperimentResult } from "../run-experiment.ts";
import { type CircumstanceOptions, type Circumstances, circumstancesOf } from "./circumstances.ts";
import { lock } from "./lock.ts";
import { predictionsCsv } from "./predictions-csv.ts";
import { readRecord, readRun } from "./read-run.ts";
import { type RunFiles, runFiles } from "./run-files.ts";
import { unlessMissing } from "./unless-missing.ts";

/** What a run's folder is opened with. */
export interface OpenRunOptions extends CircumstanceOptions {
  readonly experiment: Experiment;
  /** How the model and the state of unfinished folds are written, such as `safetensors()`. */
  readonly format: ModelFormat;
  /**
   * Whether to go on with a run that was interrupted, if there is one; false by default: a folder that has a run is
   * refused.
   */
  readonly resume?: boolean;
}

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
  const { experiment, format, resume: _, ...where } = options;
  const files = runFiles(folder);
  const now = await circumstancesOf(experiment, where);
  await mkdir(folder, { recursive: true });
  const unlock = await lock(files.lock, `openRun: '${folder}'`);
  let record: RunRecord;
  const write = async (changes: Partial<RunRecord>): Promise<RunRecord> => {
    record = { ...record, ...changes };
    await writeJson(files.record, record);
    return record;
  };
  try {
    record = await begun(folder, files, options, now);
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
    store: storeIn(files.folds, { format }),
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

/** The record of a run that begins, or goes on. */
async function begun(
  folder: string,
  files: RunFiles,
  options: OpenRunOptions,
  now: Circumstances,
): Promise<RunRecord> {
  const before = (await isThere(files.record))
    ? await resumed(folder, files, options, now)
    : undefined;
  check(
    before || !(await isThere(files.experiment)),
    () =>
      `openRun: '${folder}' has an ${path.basename(files.experiment)} that is of no run, and would be written over; ` +
      "choose another folder",
  );
  const dataFile = path.relative(folder, options.data).replaceAll(path.sep, "/");
  const open = { dataFile, status: "running", ended: null, error: null, figures: null } as const;
  const { name } = options.experiment;
  return before
    ? { ...before, ...open }
    : { format: 1, name, started: new Date().toISOString(), ...now, ...open };
}

/** The record of a run that may go on; undefined of one that was killed before it had written its experiment. */
async function resumed(
  folder: string,
  files: RunFiles,
  { experiment, resume = false }: OpenRunOptions,
  now: Circumstances,
): Promise<RunRecord | undefined> {
  const record = await readRecord(folder);
  const isFinished = record.status === "finished";
  const ways = isFinished ? "choose another folder" : "choose another folder, or resume it";
  check(
    resume,
    () =>
      `openRun: '${folder}' has a run already (${record.status}, of ${record.started}); ${ways}`,
  );
  check(
    !isFinished,
    () => `openRun: the run in '${folder}' has finished; there is nothing to resume`,
  );
  if (!(await isThere(files.experiment))) return undefined;
  const { experiment: before } = await readRun(folder);
  const different = differentAt(before, experiment.json);
  check(
    different === undefined,
    () =>
      `openRun: the run in '${folder}' is of another experiment: it differs at ${different}; choose another folder`,
  );
  const [first] = differences(record, now).filter(({ matters }) => matters);
  check(
    first === undefined,
    () =>
      `openRun: the run in '${folder}' cannot go on to the same bits: ${first!.what} was ${first!.before} and is ${first!.now}; ` +
      "begin it anew in another folder",
  );
  return record;
}

/** Writes JSON for people and machines. */
function writeJson(file: string, value: object): Promise<void> {
  return writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(unlessMissing)) !== undefined;
}
