import { and, cast, equal, full, lessEqual, type Metric, select, sum } from "@nn/core";
import { labelsOf } from "./labels.ts";
import { checkOptions, type ClassOptions, classOptions, kindOf } from "./options.ts";

/**
 * The share of examples whose predicted class is right. Predictions with several columns mean the class of the largest
 * one; a single output means class 1 above the threshold. Targets are class numbers or have a share for each class.
 *
 * NaN when a prediction is NaN, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: crossEntropy(), metrics: [accuracy()], … });
 * ```
 */
export function accuracy(options: ClassOptions = {}): Metric {
  checkOptions("accuracy", options, ["from", "threshold"]);
  const config = classOptions("accuracy", options);
  return {
    kind: kindOf("accuracy"),
    config: { ...config },
    name: "accuracy",
    mode: "accumulate",
    better: "higher",
    measure(prediction, target) {
      const { predicted, actual } = labelsOf("accuracy", prediction, target, config);
      const isKnown = and(lessEqual(0, predicted), lessEqual(0, actual));
      const isRight = cast(equal(predicted, actual), "f32");
      return {
        right: sum(select(isKnown, isRight, NaN)),
        rows: full([], predicted.size),
      };
    },
    result: ({ right, rows }) => right![0]! / rows![0]!,
  };
}
