import { logSoftmax, type Loss, mul, neg, oneHot, sum } from "@nn/core";

/** -log softmax(x)[class]. It stands here until `@nn/losses` has one. */
export function crossEntropy(classes: number): Loss {
  return {
    kind: "@nn/bench#crossEntropy",
    config: { classes },
    values: (logits, target) => neg(sum(mul(logSoftmax(logits), oneHot(target, classes)), 1)),
  };
}
