import { check } from "@nn/core";
import { stat } from "node:fs/promises";
import path from "node:path";
import { differences } from "../differences.ts";
import { differentAt } from "../json/different-at.ts";
import type { RunRecord } from "../record.ts";
import type { Circumstances } from "./circumstances.ts";
import type { OpenRunOptions } from "./open-run-options.ts";
import { readRecord, readRun } from "./read-run.ts";
import type { RunFiles } from "./run-files.ts";
import { unlessMissing } from "./unless-missing.ts";

/** The record of a run that begins in a folder, or goes on there; refuses folders where it cannot. */
export async function recordFor(
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
  const { name } = options.experiment;
  const status = "running";
  const started = new Date().toISOString();
  return {
    ...(before ?? { format: 1, name, status, started, ended: null, ...now }),
    dataFile: path.relative(folder, options.data).replaceAll(path.sep, "/"),
    status,
    ended: null,
    error: null,
    figures: null,
  };
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

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(unlessMissing)) !== undefined;
}
