import type { UpdateRule } from "@nn/core";
import { adamNamed, type AdamOptions } from "./adam.ts";
import { momentOptions } from "./moments.ts";
import { checkFlag, checkNumber, checkOptions, kindOf } from "./options.ts";
import { regularized } from "./regularized.ts";

/** What can be chosen for `adamW`. */
export interface AdamWOptions extends AdamOptions {
  /** How fast parameters shrink: every step starts with parameter · (1 - rate · weightDecay); 0.01 by default. */
  readonly weightDecay?: number;
  /** Whether parameters of fewer than two axes, such as biases and scales, shrink, too; true by default. */
  readonly vectors?: boolean;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019): short for
 * `regularized(adam({ … }), { weightDecay, vectors })`. As a part of the gradient, the decay would be divided by the
 * root of the mean square, too, and parameters with large gradients would hardly decay.
 *
 * ```ts
 * const optimizer = adamW({ learningRate: 0.001, weightDecay: 0.05, vectors: false });
 * ```
 */
export function adamW(options: AdamWOptions = {}): UpdateRule {
  checkOptions("adamW", options, ["learningRate", ...momentOptions, "weightDecay", "vectors"]);
  const { weightDecay = 0.01, vectors = true, ...others } = options;
  checkNumber("adamW: weightDecay", weightDecay);
  checkFlag("adamW: vectors", vectors);
  const rule = adamNamed("adamW", others);
  return {
    ...regularized(rule, { weightDecay, vectors }),
    kind: kindOf("adamW"),
    config: { ...rule.config, weightDecay, vectors },
  };
}
