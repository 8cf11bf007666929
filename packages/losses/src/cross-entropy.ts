import {
  add,
  exp,
  full,
  log,
  type Loss,
  max,
  mul,
  neg,
  notEqual,
  select,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from "@nn/core";
import { type ClassTarget, classTarget, weightsOf } from "./class-target.ts";
import { perExample } from "./per-example.ts";
import {
  checkClassWeights,
  checkForm,
  checkOptions,
  checkSmoothing,
  kindOf,
  type PredictionForm,
} from "./options.ts";

/** What can be chosen for `crossEntropy`. */
export interface CrossEntropyOptions {
  /**
   * What predictions are; `"logits"` by default, for a model whose last layer has no softmax. Logits train better:
   * a softmax rounds to 0 and 1 where they still tell right from wrong.
   */
  readonly from?: PredictionForm;
  /** The part of each target that is spread evenly over all classes, from 0 to below 1; 0 by default. */
  readonly labelSmoothing?: number;
  /**
   * How much each class counts; all the same by default. The loss is a mean over examples, as in Keras, and not divided
   * by the weights that occur, as in PyTorch: weights whose mean over the data is 1 leave the rate as it is.
   */
  readonly classWeights?: readonly number[];
}

/**
 * The cross-entropy of one class out of several: -Σ wⱼ · qⱼ · log pⱼ with the weights w of the classes, the target q
 * and the probabilities p, which are the softmax of the predicted logits along the last axis. Further axes between
 * that and the examples, such as steps in time, are averaged.
 *
 * The target is a class number from 0 on, as i32 or as a whole number in any other dtype, or has the shape of the
 * prediction and holds a share for each class, such as 1 for one of them. A number that is no class makes the loss NaN,
 * and so do shares that are below 0 or add up to more than 1, as answers to several questions do.
 *
 * ```ts
 * await fit({ model: sequential([dense(32), relu(), dense(10)]), data, loss: crossEntropy(), … });
 * ```
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkOptions("crossEntropy", options, ["from", "labelSmoothing", "classWeights"]);
  const { from = "logits", labelSmoothing = 0, classWeights } = options;
  checkForm("crossEntropy", from);
  checkSmoothing("crossEntropy", labelSmoothing);
  if (classWeights !== undefined) checkClassWeights("crossEntropy", classWeights);
  return {
    kind: kindOf("crossEntropy"),
    config: { from, labelSmoothing, classWeights },
    values(prediction, target) {
      const known = classTarget("crossEntropy", prediction, target);
      const weights = classWeights && weightsOf("crossEntropy", classWeights, prediction);
      const { scores, normalizer } = logProbabilities(prediction, from);
      if ("isClass" in known && labelSmoothing === 0) {
        const picked = sum(select(known.isClass, scores, 0), -1);
        const values = sub(add(normalizer ?? 0, known.guard), picked);
        return perExample(
          weights ? mul(values, sum(select(known.isClass, weights, 0), -1)) : values,
        );
      }
      let shares = smoothed(known, labelSmoothing, prediction);
      if (weights) shares = mul(shares, weights);
      // A class without a share does not count, even where its probability is 0.
      const picked = sum(select(notEqual(shares, 0), mul(shares, scores), 0), -1);
      const values = normalizer ? sub(mul(normalizer, sum(shares, -1)), picked) : neg(picked);
      return perExample(add(values, known.guard));
    },
  };
}

/** log p = scores - normalizer. They are apart so that most targets need but one of the differences. */
function logProbabilities(
  prediction: Tensor,
  from: PredictionForm,
): { readonly scores: Tensor; readonly normalizer?: Tensor } {
  // As much as lets the logarithm of 0, and its slope, be finite.
  if (from === "probabilities") return { scores: log(add(prediction, 1e-12)) };
  const scores = sub(prediction, stopGradient(max(prediction, -1, { keepDims: true })));
  return { scores, normalizer: log(sum(exp(scores), -1)) };
}

function smoothed(known: ClassTarget, smoothing: number, prediction: Tensor): Tensor {
  const spread = smoothing / prediction.shape.at(-1)!;
  if ("shares" in known)
    return smoothing === 0 ? known.shares : add(mul(known.shares, 1 - smoothing), spread);
  return select(known.isClass, full([], 1 - smoothing + spread, prediction.dtype), spread);
}
