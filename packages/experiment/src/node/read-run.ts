import { check, type Json } from "@nn/core";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { ExperimentError } from "../error.ts";
import { parseExperiment } from "../json/parse-experiment.ts";
import { isObject } from "../read/spelled.ts";
import type { RunHistory, RunRecord, StoredRun } from "../record.ts";
import { runFiles } from "./run-files.ts";
import { unlessMissing } from "./unless-missing.ts";

/**
 * Reads a run's folder, and refuses one that holds none, or files that are not what they should be.
 *
 * ```ts
 * const { record, experiment } = await readRun("runs/houses");
 * record.figures?.metrics.r2?.mean;
 * ```
 */
export async function readRun(folder: string): Promise<StoredRun> {
  const files = runFiles(folder);
  const record = await readRecord(folder);
  const experiment = await readJson(files.experiment);
  check(isObject(experiment), () => `readRun: '${files.experiment}' holds no experiment`);
  const history = await readJson(files.history);
  check(
    history === undefined || (isObject(history) && Array.isArray(history["folds"])),
    () => `readRun: '${files.history}' holds no history of folds`,
  );
  const names = await readdir(folder);
  const model = names.find((name) => /^model\.\w+$/.test(name));
  const predictions = path.basename(files.predictions);
  return {
    folder,
    experiment: experiment as StoredRun["experiment"],
    record,
    history: history as RunHistory | undefined,
    model: model === undefined ? undefined : path.join(folder, model),
    predictions: names.includes(predictions) ? files.predictions : undefined,
  };
}

/** The record of a run alone. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const file = runFiles(folder).record;
  const record = await readJson(file);
  check(
    record !== undefined,
    () => `readRun: '${folder}' holds no run: there is no ${path.basename(file)} in it`,
  );
  checkRecord(file, record);
  return record as unknown as RunRecord;
}

/** The JSON of a file; undefined where there is none. */
async function readJson(file: string): Promise<Json | undefined> {
  const text = await readFile(file, "utf8").catch(unlessMissing);
  if (text === undefined) return undefined;
  try {
    return parseExperiment(text);
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    const problems = error.problems.map((one) => ({ ...one, message: `${file}: ${one.message}` }));
    throw new ExperimentError(problems);
  }
}

/** What has to be in `run.json` for everything that is done with it. */
const parts: { readonly [name: string]: (value: Json | undefined) => boolean } = {
  name: isText,
  status: (value) => ["running", "finished", "stopped", "failed"].includes(value as string),
  started: isText,
  data: (value) =>
    isObject(value) && isText(value["sha256"] as Json) && isText(value["file"] as Json),
  dataFile: isText,
  versions: (value) => isObject(value) && Object.values(value as object).every(isText),
  environment: (value) => isObject(value) && isText(value["backend"] as Json),
  git: (value) => value === null || isObject(value),
  figures: (value) =>
    value === null ||
    (isObject(value) && isObject(value["metrics"]) && Array.isArray(value["folds"])),
};

function checkRecord(file: string, record: Json): void {
  const { format, ...others } = Object(record) as { readonly [name: string]: Json };
  check(
    format === 1,
    () =>
      `readRun: '${file}' has the format ${JSON.stringify(format)}, expected 1; a newer @nn/experiment may have written it`,
  );
  for (const [name, isFine] of Object.entries(parts))
    check(isFine(others[name]), () => `readRun: '${file}' has no valid ${name}`);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
