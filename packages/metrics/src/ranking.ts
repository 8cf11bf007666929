import { cast, isFloat, type Metric, reshape } from "@nn/core";
import { actualClass, isBinary } from "./labels.ts";
import { checkForm, checkOptions, kindOf, type PredictionForm } from "./options.ts";

/** What can be chosen for `rocAuc` and `prAuc`. */
export interface RankingOptions {
  /** What predictions are, where there are several columns; `"logits"` by default, as for the losses. */
  readonly from?: PredictionForm;
}

/** Scores, and whether each belongs to the class, in the order of the scores, the largest first. */
export interface Ranking {
  readonly scores: Float64Array;
  readonly isMember: Uint8Array;
  readonly members: number;
}

/**
 * A metric of the order that predictions put the examples in. With a single output or two columns, it is the figure of
 * class 1; otherwise the mean of those of all classes against the rest, but for classes whose figure is NaN.
 */
export function rankingMetric(
  name: string,
  options: RankingOptions,
  figure: (ranking: Ranking) => number,
): Metric {
  checkOptions(name, options, ["from"]);
  const { from = "logits" } = options;
  checkForm(name, from);
  return {
    kind: kindOf(name),
    config: { from },
    name,
    mode: "collect",
    better: "higher",
    measure(prediction, target) {
      const labels = actualClass(name, prediction, target);
      const columns = isBinary(prediction) ? 1 : prediction.shape.at(-1)!;
      const scores = isFloat(prediction.dtype) ? prediction : cast(prediction, "f32");
      return {
        scores: reshape(scores, [labels.size, columns]),
        labels: cast(labels, scores.dtype),
      };
    },
    result(values) {
      const labels = Array.from(values["labels"]!);
      const columns = values["scores"]!.length / labels.length;
      const scores = Float64Array.from(values["scores"]!);
      if (columns > 1 && from === "logits") softmaxRows(scores, columns);
      if (labels.includes(-1) || scores.some(Number.isNaN)) return NaN;
      const classes = columns > 2 ? Array.from({ length: columns }, (_, i) => i) : [1];
      const figures = classes.map((number) => {
        const column = columns === 1 ? 0 : number;
        return figure(rankingOf(labels, number, (row) => scores[row * columns + column]!));
      });
      const defined = figures.filter((value) => !Number.isNaN(value));
      return defined.reduce((a, b) => a + b, 0) / defined.length;
    },
  };
}

function rankingOf(
  labels: readonly number[],
  member: number,
  scoreOf: (row: number) => number,
): Ranking {
  const all = Float64Array.from(labels, (_, row) => scoreOf(row));
  const order = Uint32Array.from(all, (_, row) => row).sort((a, b) => {
    const [x, y] = [all[a]!, all[b]!];
    return x > y ? -1 : Number(x < y);
  });
  const isMember = Uint8Array.from(order, (row) => Number(labels[row] === member));
  return {
    scores: Float64Array.from(order, (row) => all[row]!),
    isMember,
    members: isMember.reduce((total, bit) => total + bit, 0),
  };
}

/** Turns each row of logits into probabilities, in place. */
function softmaxRows(x: Float64Array, columns: number): void {
  for (let start = 0; start < x.length; start += columns) {
    const row = x.subarray(start, start + columns);
    const top = row.reduce((a, b) => Math.max(a, b));
    let total = 0;
    for (let i = 0; i < columns; i++) total += row[i] = Math.exp(row[i]! - top);
    for (let i = 0; i < columns; i++) row[i]! /= total;
  }
}
