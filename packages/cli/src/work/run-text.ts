import type { RunFigures, RunRecord } from "@nn/experiment";
import path from "node:path";
import { count, duration, figure } from "../text/figures.ts";
import { textTable } from "../text/table.ts";

/** Folds whose figures fit into a line. */
const mostFolds = 10;

/** A run for `--json`. */
export function runJson(record: RunRecord, folder: string): { readonly [name: string]: unknown } {
  const { name, status, figures, data, error } = record;
  const model = status === "finished" ? path.join(folder, "model.safetensors") : null;
  return { name, status, folder, model, data, figures, error };
}

/** A run that has finished, for people. */
export function runText({ name, figures }: RunRecord, folder: string): string {
  if (!figures) return `${name}: ${folder}`;
  const { folds, rows, inputs, parameters, seconds, units, metrics, transformed } = figures;
  return [
    `${name}: ${count(rows, "row")}, ${count(inputs.length, "input")}, ${count(parameters, "parameter")}, ${count(folds.length, "fold")} in ${duration(seconds)}`,
    "",
    figuresText(
      figures,
      metrics,
      units === "original" ? "on unseen rows" : "on unseen rows, as models see them",
    ),
    ...(isOther(figures) ? ["", figuresText(figures, transformed, "as models see them")] : []),
    "",
    `${path.join(folder, "report.html")}        charts and figures; open it in a browser`,
    `${path.join(folder, "model.safetensors")}  for nn predict, evaluate and explain`,
    `${path.join(folder, "predictions.csv")}    of every row by a fold that has not seen it`,
  ].join("\n");
}

/** Whether models were trained in other units than those of the data, beyond what rounding makes. */
function isOther({ units, metrics, transformed }: RunFigures): boolean {
  if (units !== "original") return false;
  return Object.keys(metrics).some((name) => {
    const [a, b] = [metrics[name]?.mean ?? 0, transformed[name]?.mean ?? 0];
    return Math.abs(a - b) > 1e-4 * Math.max(Math.abs(a), Math.abs(b));
  });
}

function figuresText(
  { folds, best }: RunFigures,
  metrics: RunFigures["metrics"],
  title: string,
): string {
  const each = folds.length > 1 && folds.length <= mostFolds ? folds : [];
  const head = [
    title,
    "mean",
    ...(folds.length > 1 ? ["±"] : []),
    ...each.map(({ fold }) => `fold ${fold + 1}${fold === best ? "*" : ""}`),
  ];
  const rows = Object.entries(metrics).map(([name, { mean, standardDeviation, folds: values }]) => [
    `  ${name}`,
    figure(mean),
    ...(folds.length > 1 ? [figure(standardDeviation)] : []),
    ...each.map((_, i) => figure(values[i])),
  ]);
  return textTable([head, ...rows]);
}
