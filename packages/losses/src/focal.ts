import { add, logSumExp, type Loss, mul, select, sub, sum } from "@nn/core";
import { singleClass, weightsOf } from "./class-target.ts";
import { perExample } from "./per-example.ts";
import { focalOf } from "./focal-of.ts";
import { checkClassWeights, checkNumber, checkOptions, kindOf } from "./options.ts";

/** Stands for no logit at all; an infinite one would be taken for the cause of a fault. */
const lowest = -3e38;

/** What can be chosen for `focal`. */
export interface FocalOptions {
  /** How little examples count that are right already, from 0, which is the cross-entropy; 2 by default. */
  readonly gamma?: number;
  /** How much each class counts; all the same by default. The loss is a mean over examples, not divided by weights. */
  readonly classWeights?: readonly number[];
}

/**
 * The focal loss of one class out of several: -w · (1 - p)ᵞ · log p with the probability p of the right class, a softmax
 * of the predicted logits along the last axis, and its weight w. Further axes are averaged. It is for rare classes:
 * what is easy, and frequent, does not drown the rest (Lin et al., "Focal Loss for Dense Object Detection", 2017).
 *
 * The target is a class number, or a row of zeros with a single 1; anything else makes the loss NaN.
 *
 * ```ts
 * await fit({ model, data, loss: focal({ gamma: 1.5 }), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function focal(options: FocalOptions = {}): Loss {
  checkOptions("focal", options, ["gamma", "classWeights"]);
  const { gamma = 2, classWeights } = options;
  checkNumber("focal: gamma", gamma);
  if (classWeights !== undefined) checkClassWeights("focal", classWeights);
  return {
    kind: kindOf("focal"),
    config: { gamma, classWeights },
    values(prediction, target) {
      const { isClass, guard } = singleClass("focal", prediction, target);
      const others = logSumExp(select(isClass, lowest, prediction));
      const right = sum(select(isClass, prediction, 0), -1);
      const values = add(focalOf(sub(others, right), gamma), guard);
      if (!classWeights) return perExample(values);
      const weights = weightsOf("focal", classWeights, prediction);
      return perExample(mul(values, sum(select(isClass, weights, 0), -1)));
    },
  };
}
