import { add, div, full, mul, sqrt, square, sub, type UpdateRule } from "@nn/core";
import { checkNumber, checkOptions, kindOf } from "./options.ts";
import { type LearningRate, toSchedule } from "./rate.ts";

/** What can be chosen for `adagrad`. */
export interface AdagradOptions {
  /** 0.01 by default. */
  readonly learningRate?: LearningRate;
  /** What sums of squares start from, which keeps the first steps small; 0 by default. */
  readonly initialSum?: number;
  /** Added to the root of the sum, which may be 0; above 0, 1e-10 by default. */
  readonly epsilon?: number;
}

/**
 * AdaGrad (Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
 * 2011): rare features take large steps, frequent ones smaller and smaller ones. PyTorch's decay of the rate is
 * `inverseTimeDecay` here.
 *
 * s = s + gradient², and parameter - rate · gradient / (√s + ε).
 *
 * ```ts
 * const optimizer = adagrad({ learningRate: 0.1 });
 * ```
 */
export function adagrad(options: AdagradOptions = {}): UpdateRule {
  checkOptions("adagrad", options, ["learningRate", "initialSum", "epsilon"]);
  const { learningRate = 0.01, initialSum = 0, epsilon = 1e-10 } = options;
  const schedule = toSchedule("adagrad", learningRate);
  checkNumber("adagrad: initialSum", initialSum);
  checkNumber("adagrad: epsilon", epsilon, true);
  return {
    kind: kindOf("adagrad"),
    config: { learningRate: schedule, initialSum, epsilon },
    learningRate: schedule,
    init: ({ shape, dtype }) => ({ squares: full(shape, initialSum, dtype) }),
    update({ parameter, gradient, state, rate }) {
      const squares = add(state["squares"]!, square(gradient));
      const change = div(mul(gradient, rate), add(sqrt(squares), epsilon));
      return { parameter: sub(parameter, change), state: { squares } };
    },
  };
}
