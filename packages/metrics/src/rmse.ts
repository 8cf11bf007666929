import { type Metric, square, sub } from "@nn/core";
import { errorMetric } from "./error-metric.ts";

/**
 * The root of the mean squared error, in the target's unit. Several outputs have the mean of their roots.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), metrics: [rmse()], … });
 * ```
 */
export function rmse(): Metric {
  return errorMetric("rmse", (predicted, actual) => square(sub(predicted, actual)), Math.sqrt);
}
