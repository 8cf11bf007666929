import { add, bernoulli, checkDtype, type Layer, mul, select } from "@nn/core";
import { checkRate, kindOf } from "./options.ts";

/** What `selu` tends to for very negative inputs: -1.0507 · 1.6733. */
const lowest = -1.7580993408473766;

/**
 * The dropout that belongs to `selu`: in training, sets each element with probability `rate` to the lowest value of
 * `selu`, and then scales and shifts all of them, so that mean 0 and variance 1 stay what they are. When predicting, it
 * does nothing (Klambauer et al., Self-Normalizing Neural Networks, 2017).
 *
 * ```ts
 * const hidden = dense(64, { activation: selu(), weights: { initializer: lecunNormal() } });
 * const model = sequential([hidden, alphaDropout(0.1), dense(1)]);
 * ```
 */
export function alphaDropout(rate: number): Layer {
  checkRate("alphaDropout", rate);
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * lowest ** 2));
  const shift = -scale * rate * lowest;
  return {
    kind: kindOf("alphaDropout"),
    config: { rate },
    apply(scope, x) {
      checkDtype("alphaDropout", "float", [x]);
      if (!scope.training || rate === 0) return x;
      const isKept = bernoulli(scope.key(), 1 - rate, x.shape);
      return select(isKept, add(mul(x, scale), shift), scale * lowest + shift);
    },
  };
}
