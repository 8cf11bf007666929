import {
  add,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  type TensorMap,
  type UpdateRule,
  zerosLike,
} from "@nn/core";
import { discounted, weightOf } from "./discounted.ts";
import { checkFlag, checkNumber, checkOptions, checkShare, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `adam`. */
export interface AdamOptions {
  /** About how far an element moves in a step, as long as its gradients agree; 0.001 by default. */
  readonly learningRate?: LearningRate;
  /** The share of the mean gradient that is kept from step to step, from 0 to below 1; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean square that is kept from step to step, from 0 to below 1; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the mean square, which may be 0; above 0, 1e-8 by default. */
  readonly epsilon?: number;
  /**
   * Whether to divide by the largest mean square so far, so that steps never grow when gradients become smaller
   * (AMSGrad: Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", 2018); false by default.
   */
  readonly amsgrad?: boolean;
}

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015): steps along the mean of past gradients,
 * divided by the root of their mean square.
 *
 * m = β₁ · m + (1 - β₁) · gradient, v = β₂ · v + (1 - β₂) · gradient², and in step t
 * parameter - rate · m̂ / (√v̂ + ε), where m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
 *
 * ```ts
 * const optimizer = adam({ learningRate: 0.001 });
 * ```
 */
export function adam(options: AdamOptions = {}): UpdateRule {
  checkOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon", "amsgrad"]);
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999 } = options;
  const { epsilon = 1e-8, amsgrad = false } = options;
  const schedule = toSchedule("adam", learningRate);
  checkShare("adam: beta1", beta1);
  checkShare("adam: beta2", beta2);
  checkNumber("adam: epsilon", epsilon, true);
  checkFlag("adam: amsgrad", amsgrad);
  return {
    kind: kindOf("adam"),
    config: { learningRate: schedule, beta1, beta2, epsilon, amsgrad },
    learningRate: schedule,
    init: (parameter) => ({
      gradients: zerosLike(parameter),
      squares: zerosLike(parameter),
      ...(amsgrad && { largest: zerosLike(parameter) }),
    }),
    update({ parameter, gradient, state, rate, step }) {
      const gradients = discounted(state["gradients"]!, beta1, gradient);
      const squares = discounted(state["squares"]!, beta2, square(gradient));
      const next: TensorMap = amsgrad
        ? { gradients, squares, largest: maximum(state["largest"]!, squares) }
        : { gradients, squares };
      // Both sides of the fraction times √weight: what is left to do for each element takes the fewest operations.
      const root = sqrt(weightOf(step, beta2));
      const size = div(mul(rate, root), weightOf(step, beta1));
      const divisor = add(sqrt(next["largest"] ?? squares), mul(root, epsilon));
      return { parameter: sub(parameter, div(mul(gradients, size), divisor)), state: next };
    },
  };
}
