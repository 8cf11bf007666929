import {
  and,
  any,
  cast,
  check,
  equal,
  expandDims,
  full,
  greater,
  iota,
  isNaN,
  less,
  lessEqual,
  type Metric,
  not,
  or,
  reshape,
  select,
  showType,
  sum,
} from "@nn/core";
import { actualClass, columnsOf, isBinary } from "./labels.ts";
import { checkCount, checkOptions, kindOf } from "./options.ts";

/** What can be chosen for `topK`. */
export interface TopKOptions {
  /** How many classes count as predicted; 5 by default. */
  readonly k?: number;
}

/**
 * The share of examples whose class is among the k that have the largest predictions; of equal ones, those of lower
 * numbers come first, so that k = 1 is the accuracy. Targets are class numbers or have a share for each class. Its name
 * is `top5` for k = 5.
 *
 * NaN when a prediction is NaN, or a target no class.
 *
 * ```ts
 * await fit({ model, data, loss: crossEntropy(), metrics: [topK({ k: 3 })], … });
 * ```
 */
export function topK(options: TopKOptions = {}): Metric {
  checkOptions("topK", options, ["k"]);
  const { k = 5 } = options;
  checkCount("topK: k", k, 1);
  return {
    kind: kindOf("topK"),
    config: { k },
    name: `top${k}`,
    mode: "accumulate",
    better: "higher",
    measure(prediction, target) {
      const actual = expandDims(actualClass("topK", prediction, target), 1);
      check(
        !isBinary(prediction),
        () => `topK: the prediction is ${showType(prediction)}, expected a column for each class`,
      );
      const scores = columnsOf(prediction);
      const [rows = 0, classes = 0] = scores.shape;
      const index = iota(classes);
      const own = sum(select(equal(actual, index), scores, 0), 1, { keepDims: true });
      const isAhead = or(greater(scores, own), and(equal(scores, own), less(index, actual)));
      const isHit = less(sum(cast(isAhead, "i32"), 1), k);
      const isKnown = and(not(any(isNaN(scores), 1)), reshape(lessEqual(0, actual), [rows]));
      return { hits: sum(select(isKnown, cast(isHit, "f32"), NaN)), rows: full([], rows) };
    },
    result: ({ hits, rows }) => hits![0]! / rows![0]!,
  };
}
