import type { Schedule } from "@nn/core";
import { checkNumber, kindOf } from "../options.ts";

/** How a decay starts and how fast it goes. */
export interface InverseTimeDecayOptions {
  /** The rate of the first step. */
  readonly initial: number;
  /** How fast the divisor grows. */
  readonly decay: number;
  /** Epochs after which the divisor has grown by `decay`; 1 by default. */
  readonly epochs?: number;
  /** Whether it stays constant in between, instead of falling with every step; false by default. */
  readonly staircase?: boolean;
}

/**
 * initial / (1 + decay · epoch / epochs), where the epoch counts with its fraction.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: inverseTimeDecay({ initial: 0.1, decay: 0.05 }) });
 * ```
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  const { initial, decay, epochs = 1, staircase = false } = options;
  checkNumber("inverseTimeDecay: initial", initial);
  checkNumber("inverseTimeDecay: decay", decay);
  checkNumber("inverseTimeDecay: epochs", epochs, true);
  return {
    kind: kindOf("inverseTimeDecay"),
    config: { initial, decay, epochs, staircase },
    at({ epoch }) {
      const times = epoch / epochs;
      return initial / (1 + decay * (staircase ? Math.floor(times) : times));
    },
  };
}
