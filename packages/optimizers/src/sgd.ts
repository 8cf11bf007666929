import { mul, sub, type UpdateRule } from "@nn/core";
import { kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/**
 * Stochastic gradient descent: parameter - rate · gradient.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd({ learningRate: 0.1 }), epochs: 100, backend });
 * ```
 */
export function sgd({
  learningRate = 0.01,
}: { readonly learningRate?: LearningRate } = {}): UpdateRule {
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
