import type { Callback, Described } from "@nn/core";
import { checkKnown } from "../check-options.ts";
import { type BestOptions, checkBest, nameOf, newBest } from "./best.ts";

/**
 * Keeps parameters and state of the best epoch, and goes back to them when training ends, whatever the reason. Epochs
 * are compared by what `fit` monitors, unless another figure is named.
 *
 * ```ts
 * await fit({ model, data, validation, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [keepBest()] });
 * ```
 */
export function keepBest(options: BestOptions = {}): Callback & Described {
  checkKnown("keepBest", options, ["monitor", "fromEpoch"]);
  checkBest("keepBest", options);
  const { monitor, fromEpoch = 1 } = options;
  const { value, offer, ...hooks } = newBest("keepBest", options);
  return {
    ...hooks,
    kind: "@nn/trainer#keepBest",
    config: { monitor, fromEpoch },
    name: nameOf("keepBest", options),
    epoch(report) {
      const now = value(report);
      if (now !== undefined) offer(now);
    },
  };
}
