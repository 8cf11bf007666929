import {
  add,
  and,
  cast,
  div,
  equal,
  expandDims,
  full,
  greater,
  iota,
  type Json,
  lessEqual,
  max,
  type Metric,
  or,
  reshape,
  select,
  sigmoid,
  softmax,
  sum,
  type Tensor,
} from "@nn/core";
import { columnsOf, isBinary, labelsOf } from "./labels.ts";
import { checkCount, checkForm, checkOptions, kindOf, type PredictionForm } from "./options.ts";
import { toFloat } from "./rows.ts";

/** What can be chosen for `calibrationError` and `reliability`. */
export interface CalibrationOptions {
  /** What predictions are; `"logits"` by default, as for the losses. */
  readonly from?: PredictionForm;
  /** Into how many parts of equal width the probabilities are divided; 10 by default. */
  readonly bins?: number;
}

/** What a metric has measured, added up. */
type Sums = { readonly [name: string]: ArrayLike<number> };

/** A metric of bins: how many examples each has, and the sums of their probabilities and of what came true. */
export function binned<Result extends Json>(
  name: string,
  options: CalibrationOptions,
  finish: (sums: Sums, rows: number) => Result,
): Metric<Tensor, Tensor, Result> {
  checkOptions(name, options, ["from", "bins"]);
  const { from = "logits", bins = 10 } = options;
  checkForm(name, from);
  checkCount(`${name}: bins`, bins, 1);
  return {
    kind: kindOf(name),
    config: { from, bins },
    name,
    mode: "accumulate",
    better: "lower",
    measure(prediction, target) {
      const { predicted, actual } = labelsOf(name, prediction, target, { from, threshold: 0.5 });
      const isTrue = equal(isBinary(prediction) ? 1 : predicted, actual);
      const probability = probabilityOf(prediction, from);
      const isKnown = and(lessEqual(0, probability), lessEqual(0, actual));
      const [p, place] = [expandDims(probability, 1), iota(bins, probability.dtype)];
      // A bin has its upper end; the first one has 0, too.
      const isAbove = or(equal(place, 0), greater(p, div(place, bins)));
      const isBelow = lessEqual(p, div(add(place, 1), bins));
      const isInside = and(expandDims(isKnown, 1), and(isAbove, isBelow));
      const total = (values: Tensor): Tensor => sum(select(isInside, expandDims(values, 1), 0), 0);
      return {
        count: sum(cast(isInside, "f32"), 0),
        probability: total(probability),
        frequency: total(cast(isTrue, probability.dtype)),
        rows: full([], predicted.size),
      };
    },
    result: (values) => finish(values, values["rows"]![0]!),
  };
}

/** The probability of class 1, or that of the most probable class; [rows]. */
function probabilityOf(prediction: Tensor, from: PredictionForm): Tensor {
  const x = toFloat(prediction);
  if (isBinary(x)) return reshape(from === "logits" ? sigmoid(x) : x, [x.size]);
  const rows = columnsOf(x);
  return max(from === "logits" ? softmax(rows) : rows, 1);
}
