import { check, type Schedule } from "@nn/core";
import { checkNumber, checkOptions, kindOf } from "../options.ts";
import { alongCosine } from "./cosine.ts";
import { type Duration, periodOf, whole } from "./time.ts";

/** Where the rate starts and ends in every cycle, and how many `epochs` or `steps` the first cycle takes. */
export interface WarmRestartsOptions extends Duration {
  /** The rate at the start of a cycle. */
  readonly initial: number;
  /** What the rate falls to before the next cycle; 0 by default. */
  readonly final?: number;
  /** How much longer each cycle is than the one before, from 1; 1 by default. */
  readonly multiplier?: number;
}

/**
 * Cosine annealing that starts anew, again and again (Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with
 * Warm Restarts", 2017). The rate falls with every step, also where the cycles are given in epochs.
 *
 * ```ts
 * const optimizer = momentum({ learningRate: warmRestarts({ initial: 0.1, epochs: 10, multiplier: 2 }) });
 * ```
 */
export function warmRestarts(options: WarmRestartsOptions): Schedule {
  checkOptions("warmRestarts", options, ["initial", "final", "multiplier", "epochs", "steps"]);
  const { initial, final = 0, multiplier = 1 } = options;
  checkNumber("warmRestarts: initial", initial);
  checkNumber("warmRestarts: final", final);
  checkNumber("warmRestarts: multiplier", multiplier);
  check(multiplier >= 1, () => `warmRestarts: multiplier must be from 1, got ${multiplier}`);
  const period = periodOf("warmRestarts", options);
  return {
    kind: kindOf("warmRestarts"),
    config: { initial, final, multiplier, [period.unit]: period.length },
    at(progress) {
      const passed = period.passed(progress);
      return alongCosine(initial, final, Math.max(0, shareOf(passed, multiplier)));
    },
  };
}

/** How much of the current cycle is over. The first n cycles take (multiplierⁿ - 1) / (multiplier - 1) periods. */
function shareOf(passed: number, multiplier: number): number {
  if (multiplier === 1) return passed - whole(passed);
  const cycles = whole(Math.log1p(passed * (multiplier - 1)) / Math.log(multiplier));
  const length = multiplier ** cycles;
  return (passed - (length - 1) / (multiplier - 1)) / length;
}
