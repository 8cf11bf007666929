import {
  add,
  check,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type TensorMap,
  type UpdateRule,
  zerosLike,
} from "@nn/core";
import { discounted } from "./discounted.ts";
import { checkFlag, checkNumber, checkOptions, checkShare, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `rmsprop`. */
export interface RmspropOptions {
  /** 0.01 by default. */
  readonly learningRate?: LearningRate;
  /** The share of the mean square that is kept from step to step, from 0 to below 1; 0.99 by default. */
  readonly alpha?: number;
  /** Added to the root of the mean square, which may be 0; above 0, 1e-8 by default. */
  readonly epsilon?: number;
  /** The share of the velocity that is kept from step to step, from 0 to below 1; 0 by default. */
  readonly momentum?: number;
  /** Whether to divide by the standard deviation instead of the root mean square; false by default. */
  readonly centered?: boolean;
}

/**
 * RMSprop (Tieleman and Hinton, "Lecture 6.5", 2012): the gradient divided by the root of its mean square, as PyTorch
 * does it, with epsilon outside of the root.
 *
 * v = α · v + (1 - α) · gradient², and parameter - rate · gradient / (√v + ε). With `centered`, the square of the mean
 * gradient, m = α · m + (1 - α) · gradient, is taken off v (Graves, 2013). With `momentum`, steps follow a velocity:
 * velocity = momentum · velocity + gradient / (√v + ε), and parameter - rate · velocity.
 *
 * ```ts
 * const optimizer = rmsprop({ learningRate: 0.001, alpha: 0.9 });
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): UpdateRule {
  checkOptions("rmsprop", options, ["learningRate", "alpha", "epsilon", "momentum", "centered"]);
  const { learningRate = 0.01, alpha = 0.99, epsilon = 1e-8 } = options;
  const { momentum = 0, centered = false } = options;
  const schedule = toSchedule("rmsprop", learningRate);
  checkShare("rmsprop: alpha", alpha);
  checkNumber("rmsprop: epsilon", epsilon, true);
  checkShare("rmsprop: momentum", momentum);
  checkFlag("rmsprop: centered", centered);
  check(
    alpha > 0 || !centered,
    () =>
      "rmsprop: centered needs an alpha above 0: a single gradient has no deviation to divide by",
  );
  // Sums stand for averages, see `discounted`: both sides of the fraction are divided by this root.
  const root = Math.sqrt(1 - alpha);
  return {
    kind: kindOf("rmsprop"),
    config: { learningRate: schedule, alpha, epsilon, momentum, centered },
    learningRate: schedule,
    init: (parameter) => ({
      squares: zerosLike(parameter),
      ...(centered && { gradients: zerosLike(parameter) }),
      ...(momentum > 0 && { velocity: zerosLike(parameter) }),
    }),
    update({ parameter, gradient, state, rate }) {
      const squares = discounted(state["squares"]!, alpha, square(gradient));
      const next: { [name: string]: Tensor } = { squares };
      let spread = squares;
      if (centered) {
        const gradients = (next["gradients"] = discounted(state["gradients"]!, alpha, gradient));
        // Rounding may take it below 0 where gradients are all alike.
        spread = maximum(sub(squares, square(mul(gradients, root))), 0);
      }
      const size = mul(rate, 1 / root);
      const divisor = add(sqrt(spread), epsilon / root);
      const stepped = (change: Tensor): { parameter: Tensor; state: TensorMap } => ({
        parameter: sub(parameter, change),
        state: next,
      });
      if (momentum === 0) return stepped(div(mul(gradient, size), divisor));
      const velocity = discounted(state["velocity"]!, momentum, div(gradient, divisor));
      next["velocity"] = velocity;
      return stepped(mul(velocity, size));
    },
  };
}
