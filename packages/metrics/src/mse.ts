import { type Metric, square, sub } from "@nn/core";
import { errorMetric } from "./error-metric.ts";

/**
 * The mean squared error: the mean of (prediction - target)² over rows and outputs. The loss of `@nn/losses` has the same
 * name: rename one where both are used, as in `import { mse as mseMetric }`.
 *
 * ```ts
 * await evaluate(model, variables, data, { loss: mae(), metrics: [mse()] });
 * ```
 */
export function mse(): Metric {
  return errorMetric("mse", (predicted, actual) => square(sub(predicted, actual)));
}
