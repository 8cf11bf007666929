import { check, type Loss, maximum, mul, sub } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { checkOptions, kindOf, show } from "./options.ts";

/** What `quantile` is to predict. */
export interface QuantileOptions {
  /** The share of targets that are to lie below the prediction, between 0 and 1. */
  readonly level: number;
}

/**
 * The pinball loss, which leads to a quantile of the target: level · d for targets that lie d above the prediction, and
 * (1 - level) · d for those that lie d below, as the mean over an example's outputs (Koenker and Bassett, "Regression
 * Quantiles", 1978). Models for the levels 0.05 and 0.95 give an interval that holds nine targets out of ten.
 *
 * ```ts
 * await fit({ model, data, loss: quantile({ level: 0.95 }), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function quantile(options: QuantileOptions): Loss {
  checkOptions("quantile", options, ["level"]);
  const { level } = options;
  check(
    typeof level === "number" && level > 0 && level < 1,
    () => `quantile: level must be a number between 0 and 1, got ${show(level)}`,
  );
  return {
    kind: kindOf("quantile"),
    config: { level },
    values(prediction, target) {
      const above = sub(likePrediction("quantile", prediction, target), prediction);
      return perExample(maximum(mul(above, level), mul(above, level - 1)));
    },
  };
}
