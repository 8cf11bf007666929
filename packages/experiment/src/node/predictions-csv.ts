import type { Predictions } from "../run/predictions.ts";

/**
 * Predictions as separated values: the number of the row, what `ids` has there, the fold, and for each target what it
 * is, where that is known, and what it was predicted to be. What is not a finite number is left empty. A column of the
 * data that is called `row` or `fold` is `row_value` or `fold_value`.
 */
export function predictionsCsv(predictions: Predictions, ids: string | undefined): string {
  const { rows, folds } = predictions;
  const predicted = { ...predictions.predicted, ...predictions.predictedLabels };
  const actual = { ...predictions.actual, ...predictions.actualLabels };
  const columns: (readonly [name: string, cellAt: (i: number) => string])[] = [
    ["row", (i) => String(rows[i])],
    ...(ids === undefined
      ? []
      : [[headerOf(ids), (i: number) => cell(predictions.ids?.[i])] as const]),
    ["fold", (i) => String(folds[i])],
  ];
  for (const [name, values] of Object.entries(predicted)) {
    const known = actual[name];
    if (known) columns.push([headerOf(name), (i) => cell(known[i])]);
    columns.push([`${name}_predicted`, (i) => cell(values[i])]);
  }
  const lines = [columns.map(([name]) => cell(name)).join(",")];
  for (let i = 0; i < rows.length; i++)
    lines.push(columns.map(([, cellAt]) => cellAt(i)).join(","));
  return `${lines.join("\n")}\n`;
}

function headerOf(name: string): string {
  return name === "row" || name === "fold" ? `${name}_value` : name;
}

/** A cell, in quotes where it must be (RFC 4180). */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
