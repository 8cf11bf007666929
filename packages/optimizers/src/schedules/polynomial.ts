import type { Schedule } from "@nn/core";
import { checkNumber, checkOptions, kindOf } from "../options.ts";
import { type Duration, periodOf } from "./time.ts";

/** Where the rate starts and ends, and in how many `epochs` or `steps` it gets there. */
export interface PolynomialOptions extends Duration {
  /** The rate of the first step. */
  readonly initial: number;
  /** The rate at the end, and from there on; 0 by default. */
  readonly final?: number;
  /** 1, the default, is a straight line; a larger one falls faster at first. */
  readonly power?: number;
}

/**
 * final + (initial - final) · (1 - time / duration)^power.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: polynomial({ initial: 0.1, final: 0.001, epochs: 50, power: 2 }) });
 * ```
 */
export function polynomial(options: PolynomialOptions): Schedule {
  checkOptions("polynomial", options, ["initial", "final", "power", "epochs", "steps"]);
  const { initial, final = 0, power = 1 } = options;
  checkNumber("polynomial: initial", initial);
  checkNumber("polynomial: final", final);
  checkNumber("polynomial: power", power, true);
  const period = periodOf("polynomial", options);
  return {
    kind: kindOf("polynomial"),
    config: { initial, final, power, [period.unit]: period.length },
    at: (progress) =>
      final + (initial - final) * (1 - Math.min(1, period.passed(progress))) ** power,
  };
}
