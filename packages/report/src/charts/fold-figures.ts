import type { Chart, ChartOptions } from "../chart.ts";
import type { RunFigures } from "../run/run-record.ts";

/** Figures over the folds of a run. */
export interface FoldFiguresOf {
  readonly name?: string;
  readonly metrics: RunFigures;
}

/** Which figure. */
export interface FoldFiguresOptions extends ChartOptions {
  readonly figure: string;
}

/**
 * A figure of every fold as a dot, with mean and standard deviation: one row for each run.
 *
 * ```ts
 * const { svg } = foldFigures([{ name: "momentum", ...result }], { figure: "r2" });
 * ```
 */
export declare function foldFigures(
  runs: readonly FoldFiguresOf[],
  options: FoldFiguresOptions,
): Chart;
