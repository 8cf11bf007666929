import { clip, type Loss, mul, sub } from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { checkNumber, checkOptions, kindOf } from "./options.ts";

/** What can be chosen for `huber`. */
export interface HuberOptions {
  /** How far from the target the squares end and the straight lines begin; above 0, 1 by default. */
  readonly delta?: number;
}

/**
 * Huber's loss: with the distance d = prediction - target, d² / 2 up to delta and delta · (|d| - delta / 2) beyond, as
 * the mean over an example's outputs. It is smooth, and outliers pull no more than delta (Huber, "Robust Estimation of a
 * Location Parameter", 1964).
 *
 * ```ts
 * await fit({ model, data, loss: huber({ delta: 0.5 }), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function huber(options: HuberOptions = {}): Loss {
  checkOptions("huber", options, ["delta"]);
  const { delta = 1 } = options;
  checkNumber("huber: delta", delta, true);
  return {
    kind: kindOf("huber"),
    config: { delta },
    values(prediction, target) {
      const distance = sub(prediction, likePrediction("huber", prediction, target));
      // Both parts in one: within delta, the limited distance is the distance itself.
      const limited = clip(distance, -delta, delta);
      return perExample(mul(limited, sub(distance, mul(limited, 0.5))));
    },
  };
}
