import type { Schedule } from "@nn/core";
import { checkNumber, checkOptions, kindOf } from "../options.ts";
import { type Duration, periodOf } from "./time.ts";

/** Where the rate starts and ends, and in how many `epochs` or `steps` it gets there. */
export interface CosineOptions extends Duration {
  /** The rate of the first step. */
  readonly initial: number;
  /** The rate at the end, and from there on; 0 by default. */
  readonly final?: number;
}

/**
 * Half a wave of the cosine: final + (initial - final) · (1 + cos(π · time / duration)) / 2, which falls slowly at
 * first and at the end.
 *
 * ```ts
 * const optimizer = adam({ learningRate: warmUp(cosine({ initial: 0.001, epochs: 50 }), { epochs: 2 }) });
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  checkOptions("cosine", options, ["initial", "final", "epochs", "steps"]);
  const { initial, final = 0 } = options;
  checkNumber("cosine: initial", initial);
  checkNumber("cosine: final", final);
  const period = periodOf("cosine", options);
  return {
    kind: kindOf("cosine"),
    config: { initial, final, [period.unit]: period.length },
    at: (progress) => alongCosine(initial, final, Math.min(1, period.passed(progress))),
  };
}

/** Half a wave from one number to another, as the share of the way goes from 0 to 1. */
export function alongCosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
