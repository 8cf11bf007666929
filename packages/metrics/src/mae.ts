import { abs, type Metric, sub } from "@nn/core";
import { errorMetric } from "./error-metric.ts";

/**
 * The mean absolute error: the mean of |prediction - target| over rows and outputs.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), metrics: [mae()], … });
 * ```
 */
export function mae(): Metric {
  return errorMetric("mae", (predicted, actual) => abs(sub(predicted, actual)));
}
