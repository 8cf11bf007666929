import type { Loss, Metric, Table } from "@nn/core";
import { evaluate as evaluateModel } from "@nn/trainer";
import { measure } from "@nn/metrics";
import { mse } from "@nn/losses";
import { predictTable } from "@nn/trainer-kfold";
import path from "node:path";
import { CommandError } from "../failure.ts";
import type { Io } from "../io.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { count, figure } from "../text/figures.ts";
import { textTable } from "../text/table.ts";
import { hashOf } from "./find-data.ts";
import { refuseMeanOfLabels } from "./mean-of-labels.ts";
import { metricsOf, usualMetrics } from "./metrics.ts";
import { readNewRows } from "./new-rows.ts";
import { areNumbers, matrixOf } from "./numbers.ts";
import { openSubject, type Subject, type SubjectOptions } from "./open-subject.ts";

/** Options of `nn evaluate`. */
export interface EvaluateOptions extends CommonOptions, SubjectOptions {
  readonly metric: readonly string[];
}

/** Says how good a model is on the rows of a file. */
export async function evaluate(
  name: string,
  data: string,
  { metric, quiet, ...options }: EvaluateOptions,
  io: Io,
): Promise<Outcome> {
  const subject = await openSubject(name, options, io.cwd);
  try {
    const file = path.resolve(io.cwd, data);
    const table = await readNewRows(file, subject);
    if (subject.run && !quiet && (await hashOf(file)) === subject.run.record.data.sha256)
      io.stderr.write(
        "nn: the model was trained on most of these rows; figures on unseen ones are those of nn train\n",
      );
    refuseMeanOfLabels(subject, table);
    const { model } = subject;
    const predicted = await predictTable(model, table, { backend: subject.backend });
    const targets = targetsIn(predicted);
    const known = table.columnNames();
    const missing = targets.find((each) => !known.includes(each));
    const isOriginal =
      missing === undefined && areNumbers(predicted, targets) && areNumbers(table, targets);
    const metrics =
      metric.length > 0 ? metricsOf(metric, subject) : usualMetrics(subject, !isOriginal);
    const transformed = await transformedFigures(subject, table, metrics);
    const figures = isOriginal
      ? await originalFigures(subject, metrics, { predicted, table, targets })
      : transformed;
    if (!figures)
      throw new CommandError(
        missing === undefined
          ? `there are no figures for ${targets.join(", ")}, which are no numbers; nn predict shows them`
          : `${data} has no column '${missing}' to compare predictions with; nn predict needs none`,
      );
    const units = isOriginal ? "original" : "transformed";
    const rows = table.numRows();
    const other = isOriginal && model.pipeline ? transformed : undefined;
    return {
      json: {
        rows,
        targets,
        units,
        metrics: figures,
        transformed: transformed ?? null,
        file: subject.file,
      },
      text: textTable([
        [
          `${count(rows, "row")}, ${targets.join(", ")}`,
          ...(other ? ["as in the data", "as the model sees it"] : []),
        ],
        ...Object.entries(figures).map(([each, value]) => [
          `  ${each}`,
          figure(value),
          ...(other ? [figure(other[each])] : []),
        ]),
      ]),
    };
  } finally {
    await subject.close();
  }
}

/** The columns that are predicted, without how sure the pipeline is of their labels. */
function targetsIn(predicted: Table): readonly string[] {
  const names = predicted.columnNames();
  return names.filter((name) => !names.some((other) => name === `${other}_confidence`));
}

type Figures = { readonly [name: string]: number };

/** Figures of predictions as the pipeline takes them back. */
async function originalFigures(
  { backend }: Subject,
  metrics: readonly Metric[],
  { predicted, table, targets }: { predicted: Table; table: Table; targets: readonly string[] },
): Promise<Figures> {
  const made = matrixOf("evaluate: predictions", predicted, targets);
  const given = matrixOf("evaluate", table, targets);
  const figures: Record<string, number> = {};
  for (const metric of metrics)
    figures[metric.name] = await measure(metric, made, given, { backend });
  return figures;
}

/**
 * Figures in the units that the model was trained in; undefined where its pipeline makes no targets, as that of an
 * ensemble, or there are none.
 */
async function transformedFigures(
  { model, experiment, backend }: Subject,
  table: Table,
  metrics: readonly Metric[],
): Promise<Figures | undefined> {
  const { pipeline, columns } = model;
  const prepared = pipeline ? pipeline.transform(table) : table;
  const { inputs, outputs } = columns!;
  const made = prepared.columnNames();
  if (!outputs.every((name) => made.includes(name))) return undefined;
  const { weights } = experiment ?? {};
  const isWeighted = weights !== undefined && table.columnNames().includes(weights);
  const data = {
    inputs: matrixOf("evaluate", prepared, inputs),
    targets: matrixOf("evaluate", prepared, outputs),
    ...(isWeighted && { weights: matrixOf("evaluate", table, [weights]).data }),
  };
  const loss = (experiment?.loss ?? mse()) as Loss;
  const { loss: value, metrics: figures } = await evaluateModel(model.model, model, data, {
    loss,
    metrics,
    backend,
  });
  return experiment ? { loss: value, ...figures } : figures;
}
