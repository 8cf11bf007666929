import { add, mul, sub, type UpdateRule, zerosLike } from "@nn/core";
import { checkFlag, checkOptions, checkShare, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `momentum`. */
export interface MomentumOptions {
  /** 0.01 by default. */
  readonly learningRate?: LearningRate;
  /** The share of the velocity that is kept from step to step, from 0 to below 1; 0.9 by default. */
  readonly momentum?: number;
  /** Whether the step looks ahead along the velocity (Nesterov); false by default. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent with momentum: velocity = momentum · velocity + gradient, and parameter - rate · velocity; with
 * `nesterov`, parameter - rate · (gradient + momentum · velocity). The rate is applied to the velocity, as PyTorch
 * does, so that a falling rate also slows down what is under way.
 *
 * ```ts
 * const optimizer = momentum({ learningRate: 0.05, momentum: 0.9, nesterov: true });
 * ```
 */
export function momentum(options: MomentumOptions = {}): UpdateRule {
  checkOptions("momentum", options, ["learningRate", "momentum", "nesterov"]);
  const { learningRate = 0.01, momentum: kept = 0.9, nesterov = false } = options;
  const schedule = toSchedule("momentum", learningRate);
  checkShare("momentum: momentum", kept);
  checkFlag("momentum: nesterov", nesterov);
  return {
    kind: kindOf("momentum"),
    config: { learningRate: schedule, momentum: kept, nesterov },
    learningRate: schedule,
    init: (parameter) => ({ velocity: zerosLike(parameter) }),
    update({ parameter, gradient, state, rate }) {
      const velocity = add(mul(state["velocity"]!, kept), gradient);
      const direction = nesterov ? add(gradient, mul(velocity, kept)) : velocity;
      return { parameter: sub(parameter, mul(rate, direction)), state: { velocity } };
    },
  };
}
