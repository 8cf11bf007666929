import { abs, add, div, mul, sub, type UpdateRule } from "@nn/core";
import { constant } from "@nn/optimizers";

/**
 * Adam as it is easily got wrong: both moments are worked out from zero in every step and never kept. What is left of
 * m̂ / √v̂ is g / |g|, so that every parameter moves by the whole rate, whatever its gradient: it cannot settle.
 */
export function forgetfulAdam({ learningRate = 0.001 } = {}): UpdateRule {
  return {
    kind: "compare-optimizers#forgetfulAdam",
    config: { learningRate },
    learningRate: constant(learningRate),
    init: () => ({}),
    update: ({ parameter, gradient, rate }) => ({
      parameter: sub(parameter, mul(rate, div(gradient, add(abs(gradient), 1e-8)))),
      state: {},
    }),
  };
}
