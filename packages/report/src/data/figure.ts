import type { RunFigures } from "../run/run-record.ts";

/** A figure of a run, as numbers. */
interface Figure {
  readonly mean: number;
  readonly deviation: number;
  readonly folds: readonly number[];
}

/** A figure of any form, with NaN for what is not known. */
export function readFigure(given: RunFigures[string] | undefined): Figure {
  if (typeof given === "number") return { mean: given, deviation: Number.NaN, folds: [given] };
  if (given == null) return { mean: Number.NaN, deviation: Number.NaN, folds: [] };
  return {
    mean: given.mean ?? Number.NaN,
    deviation: given.standardDeviation ?? Number.NaN,
    folds: Array.from(given.folds ?? [], (value) => value ?? Number.NaN),
  };
}
