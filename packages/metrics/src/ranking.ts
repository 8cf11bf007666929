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
      const labels = new Float64Array(values["labels"]!);
      const columns = transposed(values["scores"]!, labels.length);
      const scores = scoresOf(columns, from);
      const isBroken = [...columns, ...scores].some((column) => column.some(Number.isNaN));
      if (isBroken || labels.includes(-1)) return NaN;
      const figures = scores
        .map((column, at) => figure(ranked(column, labels, scores.length === 1 ? 1 : at)))
        .filter((value) => !Number.isNaN(value));
      return figures.reduce((a, b) => a + b, 0) / figures.length;
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
    const score = Math.max(members[a] ?? -Infinity, others[b] ?? -Infinity);
    const [beforeA, beforeB] = [a, b];
    while (a >= 0 && members[a] === score) a--;
    while (b >= 0 && others[b] === score) b--;
    visit(beforeA - a, beforeB - b);
  }
}

function transposed(values: ArrayLike<number>, rows: number): Float64Array[] {
  const width = values.length / rows;
  return Array.from({ length: width }, (_, at) => {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row++) column[row] = values[row * width + at]!;
    return column;
  });
}

/** What to rank the examples by: one column for class 1 of two, or one for each of several classes. */
function scoresOf(columns: readonly Float64Array[], from: PredictionForm): readonly Float64Array[] {
  const [zero, one] = columns;
  if (columns.length === 2)
    // Differences of logits have the order of probabilities, which round to 1 early.
    return [from === "logits" ? one!.map((logit, row) => logit - zero![row]!) : one!];
  if (columns.length > 2 && from === "logits") softmaxRows(columns);
  return columns;
}

/** Turns the logits of each row into probabilities, in place. */
function softmaxRows(columns: readonly Float64Array[]): void {
  for (let row = 0; row < columns[0]!.length; row++) {
    let top = -Infinity;
    for (const column of columns) top = Math.max(top, column[row]!);
    let total = 0;
    // The largest may be infinite.
    for (const column of columns)
      total += column[row] = column[row] === top ? 1 : Math.exp(column[row]! - top);
    for (const column of columns) column[row]! /= total;
  }
}

/** The scores of a class and of the rest, in order: typed arrays sort as plain numbers, without a function of ours. */
function ranked(scores: Float64Array, labels: Float64Array, label: number): Ranking {
  const both = new Float64Array(scores.length);
  let [from, to] = [0, scores.length];
  for (let row = 0; row < labels.length; row++)
    both[labels[row] === label ? from++ : --to] = scores[row]!;
  return { members: both.subarray(0, from).sort(), others: both.subarray(from).sort() };
}
