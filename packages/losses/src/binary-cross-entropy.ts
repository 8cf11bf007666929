import { add, log, type Loss, mul, neg, softplus, sub, type Tensor } from "@nn/core";
import { binaryTarget } from "./binary-target.ts";
import { perExample } from "./per-example.ts";
import {
  checkClassWeights,
  checkForm,
  checkOptions,
  checkSmoothing,
  kindOf,
  type PredictionForm,
} from "./options.ts";

/** What can be chosen for `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions {
  /**
   * What predictions are; `"logits"` by default, for a model whose last layer has no sigmoid. Logits train better:
   * a sigmoid rounds to 0 and 1 where they still tell right from wrong.
   */
  readonly from?: PredictionForm;
  /** The part of each target that is spread evenly over both classes, from 0 to below 1; 0 by default. */
  readonly labelSmoothing?: number;
  /**
   * How much class 0 and class 1 count; the same by default. The loss is a mean over examples and not divided by the
   * weights that occur: weights whose mean over the data is 1 leave the rate as it is.
   */
  readonly classWeights?: readonly [number, number];
}

/**
 * The cross-entropy of two classes, or of several yes-or-no questions at once: -w₁ · t · log p - w₀ · (1 - t) · log(1 - p)
 * with the target t and the probability p, which is the sigmoid of the predicted logit, as the mean over an example's
 * outputs.
 *
 * The target is 0, 1 or a probability between, in the prediction's shape; single outputs, [rows, 1], take [rows], too.
 * Any other target makes the loss NaN, and so do predictions beyond 0 and 1 when they are `from` probabilities.
 *
 * ```ts
 * await fit({ model: sequential([dense(8), relu(), dense(1)]), data, loss: binaryCrossEntropy(), … });
 * ```
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  checkOptions("binaryCrossEntropy", options, ["from", "labelSmoothing", "classWeights"]);
  const { from = "logits", labelSmoothing = 0, classWeights } = options;
  checkForm("binaryCrossEntropy", from);
  checkSmoothing("binaryCrossEntropy", labelSmoothing);
  if (classWeights !== undefined) checkClassWeights("binaryCrossEntropy", classWeights, 2);
  const [w0, w1] = classWeights ?? [1, 1];
  return {
    kind: kindOf("binaryCrossEntropy"),
    config: { from, labelSmoothing, classWeights },
    values(prediction, target) {
      const given = binaryTarget("binaryCrossEntropy", prediction, target);
      const positive =
        labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), labelSmoothing / 2);
      const yes = mul(positive, w1);
      if (from === "logits") {
        const total = classWeights ? add(yes, mul(sub(1, positive), w0)) : 1;
        return perExample(sub(mul(softplus(prediction), total), mul(yes, prediction)));
      }
      const no = mul(sub(1, positive), w0);
      const wrong = sub(1, prediction);
      return perExample(neg(add(mul(yes, logOf(prediction)), mul(no, logOf(wrong)))));
    },
  };
}

/** The logarithm, finite at 0 with a finite slope. */
function logOf(probability: Tensor): Tensor {
  return log(add(probability, 1e-12));
}
