import type { Chart, ChartOptions } from "../chart.ts";
import type { RunFold, RunHistory } from "../run/run-record.ts";

/** A run as curves are drawn of it: what `fit` or `kFold` returned, with a name. */
export interface CurvesOf {
  readonly name?: string;
  readonly folds?: readonly RunFold[];
  readonly history?: RunHistory;
}

/** Which curves, and on what scale. */
export interface CurvesOptions extends ChartOptions {
  /** Such as `loss` or `r2`; that of the validation is drawn with it where there is one. */
  readonly figure: string;
  /**
   * `auto`, the default, is logarithmic for figures above 0 that fall or rise a hundredfold.
   */
  readonly scale?: "auto" | "linear" | "log";
}

/**
 * A figure by epoch. Of one run: every fold as a thin line and their mean as a thick one, in a colour each for training
 * and validation. Of several runs: the mean of the folds of each in a colour of its own, validation only where there is
 * one.
 *
 * ```ts
 * const { svg } = curves([{ name: "momentum", ...result }, { name: "adam", ...other }], { figure: "loss" });
 * ```
 */
export declare function curves(runs: readonly CurvesOf[], options: CurvesOptions): Chart;
