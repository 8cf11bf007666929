import type { Metric } from "@nn/core";
import { type AverageOptions, countsMetric, share } from "./class-counts.ts";

/**
 * The share of right ones among the examples that are predicted to be of a class; 0 where there are none. Averages but
 * the binary one are in its name: `macroPrecision`.
 *
 * NaN when a prediction is NaN, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: binaryCrossEntropy(), metrics: [precision(), recall()], … });
 * ```
 */
export function precision(options: AverageOptions = {}): Metric {
  return countsMetric("precision", (right, predicted) => share(right, predicted), options);
}
