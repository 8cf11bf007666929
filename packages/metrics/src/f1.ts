import type { Metric } from "@nn/core";
import { type AverageOptions, countsMetric, share } from "./class-counts.ts";

/**
 * The harmonic mean of precision and recall; 0 where both are. Averages but the binary one are in its name: `macroF1`.
 *
 * NaN when a prediction is NaN, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: crossEntropy(), metrics: [f1({ average: "macro" })], … });
 * ```
 */
export function f1(options: AverageOptions = {}): Metric {
  const score = (right: number, predicted: number, actual: number): number =>
    share(2 * right, predicted + actual);
  return countsMetric("f1", score, options);
}
