import type { Chart, ChartOptions } from "../chart.ts";
import type { Column } from "../data/columns.ts";

/** What was predicted, and what is true. */
export interface PredictedAndTrue {
  readonly truth: Column;
  readonly predicted: Column;
  /** What the target is called. */
  readonly target?: string;
}

/**
 * Predictions over true values, with the line that they should be on. More than 1,500 points are drawn as cells, the
 * darker the more points there are in each.
 *
 * ```ts
 * const { svg } = predictedAgainstTrue({ target: "price", truth, predicted });
 * ```
 */
export declare function predictedAgainstTrue(
  predictions: PredictedAndTrue,
  options?: ChartOptions,
): Chart;
