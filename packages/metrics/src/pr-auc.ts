import type { Metric } from "@nn/core";
import { type Ranking, rankingMetric, type RankingOptions } from "./ranking.ts";

/**
 * The area under the curve of precision over recall, as average precision: the mean, over the examples of the class, of
 * the precision among all that are scored no less than it. For rare classes it tells more than `rocAuc`. With a single
 * output or two columns it is that of class 1; otherwise each class is set against the rest, by its probability, and the
 * mean of the classes is taken.
 *
 * NaN where there are no examples of the class (which is left out of the mean), when a prediction is NaN, or a target no
 * class. All rows are kept to be sorted.
 *
 * ```ts
 * await fit({ model, data, loss: binaryCrossEntropy(), metrics: [prAuc()], … });
 * ```
 */
export function prAuc(options: RankingOptions = {}): Metric {
  return rankingMetric("prAuc", options, averagePrecision);
}

function averagePrecision({ scores, isMember, members }: Ranking): number {
  const rows = scores.length;
  let [total, found] = [0, 0];
  for (let start = 0, end: number; start < rows; start = end) {
    let inside = 0;
    for (end = start; end < rows && scores[end] === scores[start]; end++) inside += isMember[end]!;
    found += inside;
    total += inside * (found / end);
  }
  return total / members;
}
