import type { Metric, Table } from "@nn/core";
import { permutationImportance } from "@nn/interpret";
import { shuffled } from "@nn/trainer";
import path from "node:path";
import { CommandError, exitCodes } from "../failure.ts";
import type { Io } from "../io.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { count, figure, percent } from "../text/figures.ts";
import { textTable } from "../text/table.ts";
import { dependencesOn } from "./dependences.ts";
import { type Explanation, explanationFile, writeExplanation } from "./explanation.ts";
import { refuseMeanOfLabels } from "./mean-of-labels.ts";
import { metricsOf, usualMetrics } from "./metrics.ts";
import { readNewRows } from "./new-rows.ts";
import { openSubject, type Subject, type SubjectOptions } from "./open-subject.ts";
import type { DataTable } from "./read-table.ts";
import { runTable } from "./run-table.ts";
import { writeRunReport } from "./run-report.ts";
import { splitsOf } from "./splits.ts";
import { withoutMarks } from "./without-marks.ts";

/** Options of `nn explain`. */
export interface ExplainOptions extends CommonOptions, SubjectOptions {
  readonly repeats: number;
  readonly metric?: string;
  readonly top: number;
  readonly rows?: number;
  readonly seed: number;
  readonly out?: string;
}

const usualRows = 2000;

/** Says which columns a model goes by, and how. */
export async function explain(
  name: string,
  data: string | undefined,
  {
    repeats,
    metric: asked,
    top,
    rows: most = usualRows,
    seed,
    out,
    quiet,
    ...options
  }: ExplainOptions,
  io: Io,
): Promise<Outcome> {
  const subject = await openSubject(name, options, io.cwd);
  const note = (text: string): void => void (quiet || io.stderr.write(`nn: ${text}\n`));
  try {
    const { model, backend, run } = subject;
    const own = await ownRows(subject, data, io.cwd);
    const { heldOut } = own;
    refuseMeanOfLabels(subject, own.table);
    const table = withoutMarks(own.table, subject.experiment?.json);
    if (heldOut === false)
      note(
        "the model was trained on these rows; importance on rows of your own says more: nn explain RUN data.csv",
      );
    const candidates = own.rows ?? Int32Array.from({ length: table.numRows() }, (_, row) => row);
    const rows = drawn(candidates, most, seed);
    const metric =
      asked === undefined ? usualMetric(subject, table) : metricsOf([asked], subject)[0]!;
    const importance = await permutationImportance({
      model,
      table,
      backend,
      metric: metric as Metric,
      rows,
      repeats,
      seed,
    });
    const dependence = await dependencesOn(
      importance.features.slice(0, top).map(({ name: feature }) => feature),
      subject,
      { table, backend, rows: drawn(rows, 500, seed) },
    );
    const explanation: Explanation = { format: 1, data: own.file, heldOut, importance, dependence };
    const file = out === undefined ? run && explanationFile(run.folder) : path.resolve(io.cwd, out);
    if (file) await writeExplanation(file, explanation);
    const isOwn = run && out === undefined;
    const report = isOwn
      ? await writeRunReport(run.folder, {
          plugins: subject.plugins,
          table: data === undefined ? own.table : (await runTable(run, io.cwd))?.table,
        })
      : null;
    const { base, score, features } = importance;
    const written = [file, report].filter((each) => typeof each === "string");
    return {
      json: { file: file ?? null, report, ...explanation },
      text: [
        `${score} ${figure(base)} on ${count(rows.length, heldOut ? "held-out row" : "row")}; worse by, where a column is shuffled ${count(repeats, "time")}:`,
        textTable([
          ["", "share", score, "±"],
          ...features.map(({ name: feature, share, mean, deviation }) => [
            `  ${feature}`,
            percent(share),
            // What sums of floating-point numbers leave behind is nothing.
            figure(Math.abs(mean) < 1e-12 ? 0 : mean),
            figure(deviation),
          ]),
        ]),
        ...(written.length > 0 ? ["", ...written.map((each) => path.relative(io.cwd, each))] : []),
      ].join("\n"),
    };
  } finally {
    await subject.close();
  }
}

/** Rows to explain a model with. */
interface OwnRows {
  readonly table: DataTable;
  readonly file: string;
  /** Their numbers; all where it is undefined. */
  readonly rows: Int32Array | undefined;
  readonly heldOut: boolean | null;
}

/** The rows of a file, or those of the run that its model has not seen, where there are any. */
async function ownRows(subject: Subject, data: string | undefined, cwd: string): Promise<OwnRows> {
  const { run, experiment } = subject;
  if (data !== undefined) {
    const file = path.resolve(cwd, data);
    return { table: await readNewRows(file, subject), file: data, rows: undefined, heldOut: null };
  }
  const refuse = (message: string): never => {
    throw new CommandError(message, { code: exitCodes.wrongUse });
  };
  if (!run || !experiment)
    return refuse("a model's file needs rows to explain it with: nn explain MODEL data.csv");
  const found = await runTable(run, cwd);
  if (!found)
    return refuse(
      `the data of the run, ${run.record.data.file}, is not there; name rows: nn explain RUN data.csv`,
    );
  if (!found.isSame)
    return refuse(
      `${path.relative(cwd, found.file)} is not what it was when the run took place; name rows: nn explain RUN data.csv`,
    );
  const { table } = found;
  const shared = { table, file: run.record.data.file };
  const { figures } = run.record;
  if (experiment.keep !== "best" || !figures) return { ...shared, rows: undefined, heldOut: false };
  const split = splitsOf(experiment, table)[figures.best];
  return { ...shared, rows: split && Int32Array.from(split.validation), heldOut: true };
}

/** Some of the rows, the same ones every time. */
function drawn(rows: Int32Array, most: number, seed: number): Int32Array {
  if (rows.length <= most) return rows;
  const order = shuffled(rows.length, seed, 0).slice(0, most).sort();
  return Int32Array.from(order, (at) => rows[at]!);
}

/** The first metric of the experiment, or one that suits what the model predicts. */
function usualMetric(subject: Subject, table: Table): Metric {
  const { pipeline, columns } = subject.model;
  const isClasses =
    (columns?.outputs.length ?? 0) > 1 &&
    pipeline !== undefined &&
    !columns!.outputs.every((each) => table.columnNames().includes(each));
  return usualMetrics(subject, isClasses)[0]!;
}
