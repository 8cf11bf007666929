import { type Callback, check, type Described } from "@nn/core";
import { checkCount, checkFlag, checkKnown, checkNumber } from "../check-options.ts";
import { numbersToHost } from "../resume/host.ts";
import { isLess } from "../run/journal.ts";
import { type BestOptions, checkBest, nameOf, newBest } from "./best.ts";

/** What can be chosen for `earlyStopping`. */
export interface EarlyStoppingOptions extends BestOptions {
  /** So many epochs in a row without an improvement end training; 10 by default. */
  readonly patience?: number;
  /** By how much an improvement has to exceed the last one; 0 by default. */
  readonly minimumChange?: number;
  /** Whether training ends, for whatever reason, with parameters and state of the best epoch; true by default. */
  readonly restoreBest?: boolean;
}

/**
 * Ends training when the monitored figure has not improved for some epochs. The best epoch, whose parameters the result
 * has, is that of the best figure, however small the difference.
 *
 * ```ts
 * const callbacks = [earlyStopping({ patience: 20, minimumChange: 1e-4 })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback & Described {
  const known = ["patience", "minimumChange", "restoreBest", "monitor", "fromEpoch"];
  checkKnown("earlyStopping", options, known);
  const { patience = 10, minimumChange = 0, restoreBest = true, monitor, fromEpoch = 1 } = options;
  checkCount("earlyStopping: patience", patience);
  checkNumber("earlyStopping: minimumChange", minimumChange);
  checkFlag("earlyStopping: restoreBest", restoreBest);
  checkBest("earlyStopping", options);
  const best = newBest("earlyStopping", options);
  /** What the next improvement is measured from. */
  let reference = Number.NaN;
  let waited = 0;
  return {
    kind: "@nn/trainer#earlyStopping",
    config: { patience, minimumChange, restoreBest, monitor, fromEpoch },
    name: nameOf("earlyStopping", options),
    start(run) {
      best.start(run);
      reference = Number.NaN;
      waited = 0;
    },
    epoch(report) {
      const value = best.value(report);
      if (value === undefined) return undefined;
      if (restoreBest) best.offer(value);
      const isImproved = isLess(value, reference - minimumChange);
      if (isImproved) reference = value;
      waited = isImproved ? 0 : waited + 1;
      return waited >= patience ? "stop" : undefined;
    },
    async save() {
      const own = { numbers: numbersToHost({ reference: [reference] }), waited };
      const { tensors, metadata } = await best.save();
      return {
        tensors: { ...tensors, ...own.numbers },
        metadata: { ...metadata, waited: own.waited },
      };
    },
    restore(saved) {
      const from = saved.tensors["reference"]?.data[0];
      const epochs = saved.metadata["waited"];
      check(
        from !== undefined && typeof epochs === "number",
        () => "earlyStopping: restore: this is not what it saved",
      );
      best.restore(saved);
      reference = from;
      waited = epochs;
    },
    end: () => best.end(),
  };
}
