import {
  add,
  mul,
  type Schedule,
  sign,
  sub,
  TensorError,
  type UpdateRule,
  zerosLike,
} from "@nn/core";
import { constant } from "@nn/optimizers";

/** What can be chosen for `lion`. */
export interface LionOptions {
  /** How far every element moves in a step; a tenth of what Adam would be given. 0.0001 by default. */
  readonly learningRate?: number | Schedule;
  /** The share of the momentum in the direction of a step, from 0 to below 1; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the momentum that is kept from step to step, from 0 to below 1; 0.99 by default. */
  readonly beta2?: number;
  /** How fast parameters shrink towards 0; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Lion: every element moves by the learning rate, in the direction that momentum and gradient agree on (Chen et al.,
 * "Symbolic Discovery of Optimization Algorithms", 2023).
 *
 * parameter - rate · (sign(β₁ · momentum + (1 - β₁) · gradient) + weightDecay · parameter), and then
 * momentum = β₂ · momentum + (1 - β₂) · gradient.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: lion({ learningRate: 0.001 }), epochs: 100, backend });
 * ```
 */
export function lion(options: LionOptions = {}): UpdateRule {
  const { learningRate = 1e-4, beta1 = 0.9, beta2 = 0.99, weightDecay = 0 } = options;
  for (const [name, beta] of Object.entries({ beta1, beta2 }))
    if (!(beta >= 0 && beta < 1))
      throw new TensorError(`lion: ${name} must be a number from 0 to below 1, got ${beta}`);
  if (!(weightDecay >= 0))
    throw new TensorError(`lion: weightDecay must be a number from 0, got ${weightDecay}`);
  const schedule = typeof learningRate === "number" ? constant(learningRate) : learningRate;
  return {
    kind: "@acme/optimizer-lion#lion",
    config: { learningRate: schedule, beta1, beta2, weightDecay },
    learningRate: schedule,
    init: (parameter) => ({ momentum: zerosLike(parameter) }),
    update({ parameter, gradient, state, rate }) {
      const momentum = state["momentum"]!;
      const direction = sign(add(mul(momentum, beta1), mul(gradient, 1 - beta1)));
      const decayed = weightDecay > 0 ? add(direction, mul(parameter, weightDecay)) : direction;
      return {
        parameter: sub(parameter, mul(rate, decayed)),
        state: { momentum: add(mul(momentum, beta2), mul(gradient, 1 - beta2)) },
      };
    },
  };
}
