import type { Metric } from "@nn/core";
import { type AverageOptions, countsMetric, share } from "./class-counts.ts";

/**
 * The share of the examples of a class that are predicted to be; 0 where there are none. Averages but the binary one
 * are in its name: `macroRecall`.
 *
 * NaN when a prediction is NaN, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: binaryCrossEntropy(), metrics: [recall({ threshold: 0.3 })], … });
 * ```
 */
export function recall(options: AverageOptions = {}): Metric {
  return countsMetric("recall", (right, _, actual) => share(right, actual), options);
}
