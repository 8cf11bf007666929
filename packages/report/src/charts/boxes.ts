import type { Chart, ChartOptions } from "../chart.ts";
import type { Boxes } from "../run/run-record.ts";

/** How boxes share an axis. */
export interface BoxesOptions extends ChartOptions {
  /**
   * `shared`: all on one axis. `own`: every feature is drawn from its least to its greatest value, which are written
   * beside it; for features of different units. `auto`, the default, takes what shows the boxes best.
   */
  readonly scale?: "auto" | "shared" | "own";
}

/**
 * A box plot for each feature: median, quartiles, whiskers to the last value within one and a half interquartile ranges,
 * and a faint line to the extremes.
 *
 * ```ts
 * const { svg } = boxes({ area: [70, 90, 400], price: boxOf(price) }, { title: "Before the pipeline" });
 * ```
 */
export declare function boxes(features: Boxes, options?: BoxesOptions): Chart;
