import { full, greater, type Loss, mul, neg, select } from "@nn/core";
import { signTarget } from "./binary-target.ts";
import { perExample } from "./per-example.ts";
import { focalOf } from "./focal-of.ts";
import { checkClassWeights, checkNumber, checkOptions, kindOf } from "./options.ts";

/** What can be chosen for `binaryFocal`. */
export interface BinaryFocalOptions {
  /** How little examples count that are right already, from 0, which is the cross-entropy; 2 by default. */
  readonly gamma?: number;
  /** How much class 0 and class 1 count, which the paper calls 1 - α and α; the same by default. */
  readonly classWeights?: readonly [number, number];
}

/**
 * The focal loss of two classes, or of several yes-or-no questions at once: -w · (1 - p)ᵞ · log p with the probability p
 * of the right answer, which is the sigmoid of the predicted logit or of its opposite, as the mean over an example's
 * outputs (Lin et al., "Focal Loss for Dense Object Detection", 2017).
 *
 * The target is 0 or 1, or else -1 or 1, in the prediction's shape; single outputs, [rows, 1], take [rows], too. Any
 * other target makes the loss NaN.
 *
 * ```ts
 * await fit({ model, data, loss: binaryFocal({ classWeights: [0.75, 0.25] }), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function binaryFocal(options: BinaryFocalOptions = {}): Loss {
  checkOptions("binaryFocal", options, ["gamma", "classWeights"]);
  const { gamma = 2, classWeights } = options;
  checkNumber("binaryFocal: gamma", gamma);
  if (classWeights !== undefined) checkClassWeights("binaryFocal", classWeights, 2);
  return {
    kind: kindOf("binaryFocal"),
    config: { gamma, classWeights },
    values(prediction, target) {
      const sign = signTarget("binaryFocal", prediction, target);
      const values = focalOf(neg(mul(prediction, sign)), gamma);
      if (!classWeights) return perExample(values);
      const [w0, w1] = classWeights;
      const weights = select(greater(sign, 0), full([], w1, prediction.dtype), w0);
      return perExample(mul(values, weights));
    },
  };
}
