import { add, div, mul, sqrt, sub, type UpdateRule } from "@nn/core";
import { weightOf } from "./discounted.ts";
import { type MomentOptions, momentOptions, momentsOf } from "./moments.ts";
import { checkOptions, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `adam`. */
export interface AdamOptions extends MomentOptions {
  /** About how far an element moves in a step, as long as its gradients agree; 0.001 by default. */
  readonly learningRate?: LearningRate;
}

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015): steps along the mean of past gradients,
 * divided by the root of their mean square. With `amsgrad`, it is AMSGrad.
 *
 * m = β₁ · m + (1 - β₁) · gradient, v = β₂ · v + (1 - β₂) · gradient², and in step t
 * parameter - rate · m̂ / (√v̂ + ε), where m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
 *
 * ```ts
 * const optimizer = adam({ learningRate: 0.001 });
 * ```
 */
export function adam(options: AdamOptions = {}): UpdateRule {
  return adamNamed("adam", options);
}

/** Adam, whose errors have the name of the factory that was called. */
export function adamNamed(name: string, options: AdamOptions): UpdateRule {
  checkOptions(name, options, ["learningRate", ...momentOptions]);
  const { learningRate = 0.001 } = options;
  const schedule = toSchedule(name, learningRate);
  const moments = momentsOf(name, options);
  const { beta1, beta2, epsilon } = moments.options;
  return {
    kind: kindOf("adam"),
    config: { learningRate: schedule, ...moments.options },
    learningRate: schedule,
    init: moments.init,
    update({ parameter, gradient, state: before, rate, step }) {
      const { gradients, spread, state } = moments.follow(gradient, before);
      // Both sides of the fraction times √weight: what is left to do for each element takes the fewest operations.
      const root = sqrt(weightOf(step, beta2));
      const size = div(mul(rate, root), weightOf(step, beta1));
      const change = div(mul(gradients, size), add(sqrt(spread), mul(root, epsilon)));
      return { parameter: sub(parameter, change), state };
    },
  };
}
