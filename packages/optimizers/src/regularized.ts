import { add, check, mul, sign, sub, type UpdateRule } from "@nn/core";
import { checkFlag, checkNumber, checkOptions, kindOf, show } from "./options.ts";

/** What `regularized` adds to a rule. */
export interface RegularizationOptions {
  /** The gradient of l1 · Σ |parameter| joins that of the loss, which makes many parameters small; 0 by default. */
  readonly l1?: number;
  /**
   * The gradient of l2 / 2 · Σ parameter² joins that of the loss; 0 by default. It is what PyTorch's optimizers, save
   * AdamW, call weight decay, and twice the factor that Keras's `l2` takes.
   */
  readonly l2?: number;
  /**
   * Every step starts with parameter · (1 - rate · weightDecay), which a rule such as Adam cannot scale away
   * (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019); 0 by default.
   */
  readonly weightDecay?: number;
  /** Whether parameters of fewer than two axes, such as biases and scales, are regularized, too; true by default. */
  readonly vectors?: boolean;
}

/**
 * The same rule with parameters drawn towards 0. The rule sees gradient + l2 · parameter + l1 · sign(parameter), and
 * the parameter after its decay. The loss that is reported does not hold the penalty, and limits on gradients (see
 * `firstOrder` of `@nn/trainer`) count before it is added.
 *
 * ```ts
 * const optimizer = regularized(momentum({ learningRate: 0.1 }), { l2: 1e-4, vectors: false });
 * const layer = dense(16, { optimizer: regularized(sgd(), { l1: 0.001 }) });
 * ```
 */
export function regularized(rule: UpdateRule, options: RegularizationOptions = {}): UpdateRule {
  check(
    typeof rule?.update === "function" && typeof rule.learningRate?.at === "function",
    () => `regularized: expected an update rule such as sgd() first, got ${show(rule)}`,
  );
  checkOptions("regularized", options, ["l1", "l2", "weightDecay", "vectors"]);
  const { l1 = 0, l2 = 0, weightDecay = 0, vectors = true } = options;
  for (const [name, value] of Object.entries({ l1, l2, weightDecay }))
    checkNumber(`regularized: ${name}`, value);
  checkFlag("regularized: vectors", vectors);
  return {
    kind: kindOf("regularized"),
    config: { rule, l1, l2, weightDecay, vectors },
    learningRate: rule.learningRate,
    init: (parameter) => rule.init(parameter),
    update(call) {
      let { parameter, gradient } = call;
      if (!vectors && parameter.shape.length < 2) return rule.update(call);
      if (l2 > 0) gradient = add(gradient, mul(parameter, l2));
      if (l1 > 0) gradient = add(gradient, mul(sign(parameter), l1));
      if (weightDecay > 0) parameter = mul(parameter, sub(1, mul(call.rate, weightDecay)));
      return rule.update({ ...call, parameter, gradient });
    },
  };
}
