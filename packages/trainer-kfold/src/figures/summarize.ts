import type { Metric } from "@nn/core";
import type { FiguresByName, FoldFigure, FoldFigures } from "../result.ts";
import { studentQuantile } from "./student.ts";

/** The figures of all folds, by name. */
export function summarizeAll(
  metrics: readonly Pick<Metric, "name" | "better">[],
  folds: readonly FiguresByName[],
): FoldFigures {
  const valuesOf = (name: string): number[] => folds.map((figures) => figures[name]!);
  const entries = metrics.map(
    ({ name, better }) => [name, summarize(valuesOf(name), better)] as const,
  );
  return { loss: summarize(valuesOf("loss"), "lower"), ...Object.fromEntries(entries) };
}

/** What a figure comes to over folds. Folds without a figure (NaN) make the mean NaN, and are never the best. */
function summarize(folds: readonly number[], better: Metric["better"]): FoldFigure {
  const count = folds.length;
  const mean = folds.reduce((sum, value) => sum + value, 0) / count;
  const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  const reach =
    count > 1
      ? (studentQuantile(0.95, count - 1) * standardDeviation) / Math.sqrt(count)
      : Number.NaN;
  const known = folds.filter((value) => !Number.isNaN(value));
  const [least, most] = extremes(known);
  const [best, worst] = better === "lower" ? [least, most] : [most, least];
  return {
    mean,
    standardDeviation,
    best,
    worst,
    folds,
    interval: [mean - reach, mean + reach],
  };
}

function extremes(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [Number.NaN, Number.NaN];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** Where the best value stands, the first one where there are several; -1 where none is a number. */
export function bestOf(values: readonly number[], better: Metric["better"]): number {
  const [least, most] = extremes(values.filter((value) => !Number.isNaN(value)));
  return values.indexOf(better === "lower" ? least : most);
}
