import type { FittedTransform, Plugin, Table } from "@nn/core";
import { readCsvFile } from "@nn/datasets/node";
import type { StoredRun } from "@nn/experiment";
import { readRun } from "@nn/experiment/node";
import { boxOf, type Predictions, type RunRecord as ReportRecord, runReport } from "@nn/report";
import { writeReport } from "@nn/report/node";
import path from "node:path";
import type { Io } from "../io.ts";
import { makeFolder } from "../make-folder.ts";
import { readExplanation } from "./explanation.ts";
import { areNumbers } from "./numbers.ts";
import { pipelineOf } from "./stored-pipeline.ts";
import { withoutMarks } from "./without-marks.ts";

/** Columns that are drawn as boxes, at most. */
const mostBoxes = 40;

/** What a report is made of besides the run's folder. */
export interface ReportSources {
  /** The rows of the run, for charts over features. */
  readonly table?: Table | undefined;
  /** For the pipeline in the model's file. */
  readonly plugins: readonly Plugin[];
  /** The file; `report.html` in the folder by default. */
  readonly file?: string;
}

/** Writes the report of a run into its folder, and gives the file. */
export async function writeRunReport(folder: string, sources: ReportSources): Promise<string> {
  const { file = path.join(folder, "report.html") } = sources;
  const run = await readRun(folder);
  const table = sources.table && withoutMarks(sources.table, run.experiment);
  const explanation = await readExplanation(folder);
  const predictions = await predictionsIn(run, table);
  const boxes = table && (await boxesOf(run, table, sources.plugins));
  const html = runReport({
    ...reportRecord(run),
    ...(predictions.length > 0 && { predictions }),
    ...(boxes && { boxes }),
    ...(explanation && {
      importance: explanation.importance,
      dependence: explanation.dependence,
    }),
  });
  await makeFolder(path.dirname(file));
  await writeReport(file, html);
  return file;
}

/** The same of a run that has just finished, which it still has where its report cannot be written; null then. */
export async function reportAfter(
  folder: string,
  sources: ReportSources,
  io: Io,
): Promise<string | null> {
  try {
    return await writeRunReport(folder, sources);
  } catch (error) {
    io.stderr.write(`nn: the report could not be written: ${(error as Error).message}\n`);
    return null;
  }
}

/** What a run's own files tell a report. */
export function reportRecord({ record, experiment, history }: StoredRun): ReportRecord {
  const { name, started, data, versions, git, environment, figures } = record;
  const { node, platform, cpu, cores, backend, numerics, device } = environment;
  return {
    name,
    date: started,
    config: experiment,
    environment: {
      seed: experiment["seed"] as number,
      data: `${data.file}, ${data.bytes} bytes, SHA-256 ${data.sha256}`,
      git: git && `${git.revision}${git.dirty ? ", with changes" : ""}`,
      node,
      platform,
      cpu,
      cores,
      backend,
      numerics,
      ...(device && { device }),
      ...versions,
    },
    ...(figures && {
      seconds: figures.seconds,
      units: figures.units,
      metrics: figures.metrics,
      transformedMetrics: figures.transformed,
      folds: figures.folds.map((fold, i) => ({
        fold: fold.fold,
        bestEpoch: fold.bestEpoch,
        metrics: fold.metrics,
        history: history?.folds[i] ?? {},
      })),
    }),
  };
}

/** The out-of-fold predictions of each target, with what is known of their rows. */
async function predictionsIn(
  { predictions: file, record }: StoredRun,
  table: Table | undefined,
): Promise<Predictions[]> {
  if (file === undefined) return [];
  const stored = await readCsvFile(file);
  const names = stored.columnNames();
  const rows = Array.from(stored.array("row") as ArrayLike<number>);
  const isWhole = table !== undefined && table.numRows() === record.figures?.rows;
  // Charts are of numbers; runs of classes have their labels there.
  const targets = names.filter((name) => areNumbers(stored, [name, `${name}_predicted`]));
  const features = isWhole
    ? Object.fromEntries(
        table
          .columnNames()
          .filter((name) => !targets.includes(name))
          .map((name) => {
            const values = table.array(name);
            return [name, rows.map((row) => values[row])];
          }),
      )
    : {};
  return targets.map((target) => ({
    target,
    truth: stored.array(target),
    predicted: stored.array(`${target}_predicted`),
    features,
  }));
}

/** The columns of numbers as they came, and as the model sees them. */
async function boxesOf(
  run: StoredRun,
  table: Table,
  plugins: readonly Plugin[],
): Promise<ReportRecord["boxes"]> {
  const pipeline: FittedTransform | undefined = await pipelineOf(run, plugins);
  const boxes = (from: Table) =>
    Object.fromEntries(
      from
        .columnNames()
        .flatMap((name) => {
          const values = from.array(name);
          if (!Array.from(values).some((value) => typeof value === "number")) return [];
          const box = boxOf(values);
          return box ? [[name, box] as const] : [];
        })
        .slice(0, mostBoxes),
    );
  return { before: boxes(table), ...(pipeline && { after: boxes(pipeline.transform(table)) }) };
}
