import { check, type Progress, type Schedule } from "@nn/core";
import { checkFlag, checkNumber, checkOptions, kindOf } from "../options.ts";
import { type LearningRate, toSchedule } from "../rate.ts";
import { type Duration, periodOf, type Period } from "./time.ts";

/** How many `epochs` or `steps` a warm-up takes, and what it starts from. */
export interface WarmUpOptions extends Duration {
  /** The factor of the first step's rate, from 0 to 1; 0 by default, with which the first step moves nothing yet. */
  readonly from?: number;
  /**
   * Whether the schedule starts only when the warm-up is over; false by default. `reduceOnPlateau` counts the epochs
   * before all the same.
   */
  readonly delays?: boolean;
}

/**
 * A rate that rises to what a schedule says: its rate times a factor that goes from `from` to 1 in a straight line.
 * The schedule runs meanwhile, so that its last epoch remains the run's; with `delays`, it waits at its start.
 *
 * ```ts
 * const optimizer = adam({ learningRate: warmUp(0.001, { steps: 500 }) });
 * const other = adam({ learningRate: warmUp(cosine({ initial: 0.01, epochs: 45 }), { epochs: 5, delays: true }) });
 * ```
 */
export function warmUp(learningRate: LearningRate, options: WarmUpOptions): Schedule {
  const schedule = toSchedule("warmUp", learningRate);
  checkOptions("warmUp", options, ["epochs", "steps", "from", "delays"]);
  const { from = 0, delays = false } = options;
  checkNumber("warmUp: from", from);
  check(from <= 1, () => `warmUp: from must be a factor up to 1, got ${from}`);
  checkFlag("warmUp: delays", delays);
  const period = periodOf("warmUp", options);
  return {
    kind: kindOf("warmUp"),
    config: { learningRate: schedule, from, delays, [period.unit]: period.length },
    at(progress) {
      const factor = from + (1 - from) * Math.min(1, period.passed(progress));
      return factor * schedule.at(delays ? delayed(progress, period) : progress);
    },
  };
}

/** How far the run has come since the warm-up, in which it stands still. */
function delayed(progress: Progress, { unit, length }: Period): Progress {
  const { step, epoch, stepsPerEpoch } = progress;
  const steps = unit === "steps" ? length : length * stepsPerEpoch;
  const epochs = unit === "epochs" ? length : length / stepsPerEpoch;
  return {
    step: Math.max(0, step - steps),
    epoch: Math.max(0, epoch - epochs),
    stepsPerEpoch,
    // Not looked at before the schedule does: `fit` then ends every epoch before it begins the next one.
    get monitored() {
      return progress.monitored;
    },
  };
}
