import type { Metric } from "@nn/core";
import { binned, type CalibrationOptions } from "./bins.ts";

/**
 * The expected calibration error: how far probabilities are from what comes true, as the mean of |mean probability -
 * frequency| over bins of equal width, by the number of examples in each (Naeini, Cooper and Hauskrecht, "Obtaining Well
 * Calibrated Probabilities Using Bayesian Binning", 2015). A single output is judged by its probability of class 1;
 * several columns by the probability of the predicted class.
 *
 * NaN when a prediction is NaN or no probability, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: crossEntropy(), metrics: [calibrationError({ bins: 15 })], … });
 * ```
 */
export function calibrationError(options: CalibrationOptions = {}): Metric {
  return binned("calibrationError", options, ({ count, probability, frequency }, rows) => {
    const known = Array.from(count!).reduce((a, b) => a + b, 0);
    if (known !== rows) return NaN;
    const gaps = Array.from(probability!, (value, i) => Math.abs(value - frequency![i]!));
    return gaps.reduce((a, b) => a + b, 0) / rows;
  });
}
