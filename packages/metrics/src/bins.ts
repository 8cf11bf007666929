import {
  cast,
  ceil,
  equal,
  expandDims,
  full,
  iota,
  type Json,
  less,
  max,
  maximum,
  type Metric,
  mul,
  reshape,
  select,
  sigmoid,
  softmax,
  sub,
  sum,
  type Tensor,
} from "@nn/core";
import { isBinary, labelsOf } from "./labels.ts";
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
      const probability = probabilityOf(prediction, from);
      const isTrue = equal(isBinary(prediction) ? 1 : predicted, actual);
      const place = maximum(sub(ceil(mul(probability, bins)), 1), 0);
      // Nothing is in the bin -1.
      const bin = select(less(probability, 0), -1, place);
      const known = select(less(actual, 0), -1, bin);
      const isInside = equal(expandDims(known, 1), iota(bins, known.dtype));
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
  const columns = x.shape.at(-1)!;
  const rows = reshape(x, [x.size / columns, columns]);
  return max(from === "logits" ? softmax(rows) : rows, 1);
}
