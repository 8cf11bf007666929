import { abs, div, maximum, type Metric, sub } from "@nn/core";
import { errorMetric } from "./error-metric.ts";

/**
 * The mean absolute percentage error, as a share: the mean of |prediction - target| / |target| over rows and outputs. A
 * target of 0 counts as 2⁻⁵², so that it makes the figure huge, as in scikit-learn, unless the prediction is 0, too.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), metrics: [mape()], … });
 * ```
 */
export function mape(): Metric {
  return errorMetric("mape", (predicted, actual) =>
    div(abs(sub(predicted, actual)), maximum(abs(actual), Number.EPSILON)),
  );
}
