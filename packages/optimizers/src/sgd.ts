import { mul, sub, type UpdateRule } from "@nn/core";
import { checkOptions, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `sgd`. */
export interface SgdOptions {
  /** 0.01 by default. */
  readonly learningRate?: LearningRate;
}

/**
 * Stochastic gradient descent: parameter - rate · gradient.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd({ learningRate: 0.1 }), epochs: 100, backend });
 * ```
 */
export function sgd(options: SgdOptions = {}): UpdateRule {
  checkOptions("sgd", options, ["learningRate"]);
  const { learningRate = 0.01 } = options;
  const schedule = toSchedule("sgd", learningRate);
  return {
    kind: kindOf("sgd"),
    config: { learningRate: schedule },
    learningRate: schedule,
    init: () => ({}),
    update: ({ parameter, gradient, rate }) => ({
      parameter: sub(parameter, mul(rate, gradient)),
      state: {},
    }),
  };
}
