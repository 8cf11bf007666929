import type { Schedule } from "@nn/core";
import { checkFlag, checkNumber, checkOptions, kindOf } from "../options.ts";
import { type Duration, periodOf, whole } from "./time.ts";

/** How a decay starts and how fast it goes: the divisor grows by `decay` in so many `epochs`, 1 by default, or `steps`. */
export interface InverseTimeDecayOptions extends Duration {
  /** The rate of the first step. */
  readonly initial: number;
  /** How fast the divisor grows. */
  readonly decay: number;
  /** Whether it stays constant in between, instead of falling with every step; false by default. */
  readonly staircase?: boolean;
}

/**
 * initial / (1 + decay · epoch / epochs), where the epoch counts with its fraction; or by step / steps.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: inverseTimeDecay({ initial: 0.1, decay: 0.05 }) });
 * ```
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  checkOptions("inverseTimeDecay", options, ["initial", "decay", "epochs", "steps", "staircase"]);
  const { initial, decay, staircase = false } = options;
  checkNumber("inverseTimeDecay: initial", initial);
  checkNumber("inverseTimeDecay: decay", decay);
  checkFlag("inverseTimeDecay: staircase", staircase);
  const period = periodOf("inverseTimeDecay", options, { epochs: 1 });
  return {
    kind: kindOf("inverseTimeDecay"),
    config: { initial, decay, [period.unit]: period.length, staircase },
    at(progress) {
      const passed = period.passed(progress);
      return initial / (1 + decay * (staircase ? whole(passed) : passed));
    },
  };
}
