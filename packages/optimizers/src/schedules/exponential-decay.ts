import type { Schedule } from "@nn/core";
import { checkNumber, kindOf } from "../options.ts";

/** How a decay starts and how fast it goes. */
export interface ExponentialDecayOptions {
  /** The rate of the first step. */
  readonly initial: number;
  /** What the rate is multiplied by. */
  readonly factor: number;
  /** Epochs after which it has been multiplied once; 1 by default. */
  readonly epochs?: number;
  /** Whether it stays constant in between, instead of falling with every step; false by default. */
  readonly staircase?: boolean;
}

/**
 * initial · factor^(epoch / epochs), where the epoch counts with its fraction.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: exponentialDecay({ initial: 0.1, factor: 0.5, epochs: 20 }) });
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { initial, factor, epochs = 1, staircase = false } = options;
  checkNumber("exponentialDecay: initial", initial);
  checkNumber("exponentialDecay: factor", factor);
  checkNumber("exponentialDecay: epochs", epochs, true);
  return {
    kind: kindOf("exponentialDecay"),
    config: { initial, factor, epochs, staircase },
    at({ epoch }) {
      const times = epoch / epochs;
      return initial * factor ** (staircase ? Math.floor(times) : times);
    },
  };
}
