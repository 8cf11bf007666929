import { cast, type Metric, reshape } from "@nn/core";
import { actualClass, isBinary } from "./labels.ts";
import { checkForm, checkOptions, kindOf, type PredictionForm } from "./options.ts";
import { toFloat } from "./rows.ts";

/** What can be chosen for `rocAuc` and `prAuc`. */
export interface RankingOptions {
  /** What predictions are, where there are several columns; `"logits"` by default, as for the losses. */
  readonly from?: PredictionForm;
}

/** The scores of the examples of a class, and those of all others, each in ascending order. */
export interface Ranking {
  readonly members: Float64Array;
  readonly others: Float64Array;
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
      const scores = toFloat(prediction);
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
        const scoresWhere = (isMember: boolean): Float64Array =>
          scores
            .filter((_, i) => i % columns === column)
            .filter((_, row) => (labels[row] === number) === isMember)
            .sort();
        return figure({ members: scoresWhere(true), others: scoresWhere(false) });
      });
      const defined = figures.filter((value) => !Number.isNaN(value));
      return defined.reduce((a, b) => a + b, 0) / defined.length;
    },
  };
}

/** Calls `visit` for each score that occurs, the largest first, with how many members and others have it. */
export function eachScore(
  { members, others }: Ranking,
  visit: (members: number, others: number) => void,
): void {
  let [a, b] = [members.length - 1, others.length - 1];
  while (a >= 0 || b >= 0) {
    const [high, low] = [members[a] ?? -Infinity, others[b] ?? -Infinity];
    const score = Math.max(high, low);
    const [beforeA, beforeB] = [a, b];
    while (a >= 0 && members[a] === score) a--;
    while (b >= 0 && others[b] === score) b--;
    visit(beforeA - a, beforeB - b);
  }
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
