import { add, check, clip, div, mul, sqrt, sub, type UpdateRule } from "@nn/core";
import { weightOf } from "./discounted.ts";
import { type MomentOptions, momentOptions, momentsOf } from "./moments.ts";
import { checkNumber, checkOptions, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `adaBound`. */
export interface AdaBoundOptions extends MomentOptions {
  /** About how far an element moves in one of the first steps; 0.001 by default. */
  readonly learningRate?: LearningRate;
  /** The rate of the gradient descent that it ends as, above 0; 0.1 by default. It rises and falls with a schedule. */
  readonly finalRate?: number;
  /** The learning rate at which `finalRate` holds, above 0. A number above 0 is its own; a schedule needs it said. */
  readonly baseRate?: number;
  /** How fast the bounds close, above 0; 0.001 by default. */
  readonly gamma?: number;
}

/**
 * AdaBound (Luo, Xiong, Liu and Sun, "Adaptive Gradient Methods with Dynamic Bound of Learning Rate", 2019): Adam to
 * begin with, and gradient descent with momentum in the end, since the rates of all elements are kept within bounds
 * that close. With `amsgrad`, it is AMSBound. As in the authors' program, epsilon is added before √v is corrected.
 *
 * m = β₁ · m + (1 - β₁) · gradient, v = β₂ · v + (1 - β₂) · gradient², and in step t, with
 * r = finalRate · rate / baseRate, parameter - m · η, where η = rate · √(1 - β₂ᵗ) / (1 - β₁ᵗ) / (√v + ε), but at
 * least r · (1 - 1 / (γt + 1)) and at most r · (1 + 1 / (γt)).
 *
 * ```ts
 * const optimizer = adaBound({ learningRate: cosine({ initial: 0.001, epochs: 50 }), baseRate: 0.001 });
 * ```
 */
export function adaBound(options: AdaBoundOptions = {}): UpdateRule {
  const names = ["learningRate", "finalRate", "baseRate", "gamma", ...momentOptions];
  checkOptions("adaBound", options, names);
  const { learningRate = 0.001, finalRate = 0.1, gamma = 0.001 } = options;
  const schedule = toSchedule("adaBound", learningRate);
  const isOwn = typeof learningRate === "number" && learningRate > 0;
  const { baseRate = isOwn ? learningRate : undefined } = options;
  check(
    baseRate !== undefined,
    () =>
      "adaBound: a schedule, or a rate of 0, needs baseRate beside it, the learning rate at which finalRate holds, " +
      "such as the schedule's initial or highest one",
  );
  for (const [name, value] of Object.entries({ finalRate, baseRate, gamma }))
    checkNumber(`adaBound: ${name}`, value, true);
  const moments = momentsOf("adaBound", options);
  const { beta1, beta2, epsilon } = moments.options;
  return {
    kind: kindOf("adaBound"),
    config: { learningRate: schedule, finalRate, baseRate, gamma, ...moments.options },
    learningRate: schedule,
    init: moments.init,
    update({ parameter, gradient, state: before, rate, step }) {
      const { gradients, spread, state } = moments.follow(gradient, before);
      // Moments are sums, so that η is that for m = (1 - β₁) · gradients and v = (1 - β₂) · spread, in scalars.
      const size = div(mul(rate, sqrt(weightOf(step, beta2))), weightOf(step, beta1));
      const wanted = div(size, add(sqrt(spread), epsilon / Math.sqrt(1 - beta2)));
      const time = mul(step, gamma);
      const later = add(time, 1);
      const final = mul(rate, (finalRate / baseRate) * (1 - beta1));
      const factor = clip(wanted, div(mul(final, time), later), div(mul(final, later), time));
      return { parameter: sub(parameter, mul(gradients, factor)), state };
    },
  };
}
