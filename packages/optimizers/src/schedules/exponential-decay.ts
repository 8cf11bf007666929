import type { Schedule } from "@nn/core";
import { checkFlag, checkNumber, checkOptions, kindOf } from "../options.ts";
import { type Duration, periodOf, whole } from "./time.ts";

/** How a decay starts and how fast it goes: `epochs`, 1 by default, or `steps` say how long one multiplication takes. */
export interface ExponentialDecayOptions extends Duration {
  /** The rate of the first step. */
  readonly initial: number;
  /** What the rate is multiplied by. */
  readonly factor: number;
  /** Whether it stays constant in between, instead of falling with every step; false by default. */
  readonly staircase?: boolean;
}

/**
 * initial · factor^(epoch / epochs), where the epoch counts with its fraction; or by step / steps.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: exponentialDecay({ initial: 0.1, factor: 0.5, epochs: 20 }) });
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptions("exponentialDecay", options, ["initial", "factor", "epochs", "steps", "staircase"]);
  const { initial, factor, staircase = false } = options;
  checkNumber("exponentialDecay: initial", initial);
  checkNumber("exponentialDecay: factor", factor);
  checkFlag("exponentialDecay: staircase", staircase);
  const period = periodOf("exponentialDecay", options, { epochs: 1 });
  return {
    kind: kindOf("exponentialDecay"),
    config: { initial, factor, [period.unit]: period.length, staircase },
    at(progress) {
      const passed = period.passed(progress);
      return initial * factor ** (staircase ? whole(passed) : passed);
    },
  };
}
