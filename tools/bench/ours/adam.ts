import { add, div, expm1, mul, neg, sqrt, square, sub, type UpdateRule, zerosLike } from "@nn/core";

/**
 * Adam (Kingma and Ba, 2015): m = 0.9 m + 0.1 g, v = 0.999 v + 0.001 g², and parameter - rate · m̂ / (√v̂ + 1e-8),
 * where m̂ = m / (1 - 0.9ᵗ) and v̂ = v / (1 - 0.999ᵗ). It stands here until `@nn/optimizers` has one.
 */
export function adam({ learningRate }: { readonly learningRate: number }): UpdateRule {
  return {
    kind: "@nn/bench#adam",
    config: { learningRate },
    learningRate: { kind: "@nn/bench#constant", config: { learningRate }, at: () => learningRate },
    init: (parameter) => ({ mean: zerosLike(parameter), square: zerosLike(parameter) }),
    update({ parameter, gradient, state, rate, step }) {
      const mean = add(mul(state["mean"]!, 0.9), mul(gradient, 0.1));
      const squares = add(mul(state["square"]!, 0.999), mul(square(gradient), 0.001));
      // 1 - βᵗ, which f32 would round to five digits when it is the difference of 1 and a number close to 1.
      const correction = (decay: number) => neg(expm1(mul(step, Math.log(decay))));
      const size = div(rate, correction(0.9));
      const scale = div(1, sqrt(correction(0.999)));
      const change = div(mul(mean, size), add(mul(sqrt(squares), scale), 1e-8));
      return { parameter: sub(parameter, change), state: { mean, square: squares } };
    },
  };
}
