import type { Chart, ChartOptions } from "../chart.ts";
import type { Column } from "../data/columns.ts";
import type { PredictedAndTrue } from "./predicted-against-true.ts";

/** What to draw residuals over. */
export interface ResidualsOptions extends ChartOptions {
  /** A feature of the same rows; the true values by default. */
  readonly over?: { readonly name: string; readonly values: Column };
}

/**
 * Residuals, which are true less predicted values, over a feature, with their median along it. Over words there is a box
 * for each of the most frequent ones.
 *
 * ```ts
 * const { svg } = residuals({ truth, predicted }, { over: { name: "lat", values: table.array("lat") } });
 * ```
 */
export declare function residuals(predictions: PredictedAndTrue, options?: ResidualsOptions): Chart;
