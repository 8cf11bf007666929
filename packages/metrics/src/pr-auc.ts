import type { Metric } from "@nn/core";
import { eachScore, type Ranking, rankingMetric, type RankingOptions } from "./ranking.ts";

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

function averagePrecision(ranking: Ranking): number {
  let [total, found, seen] = [0, 0, 0];
  eachScore(ranking, (members, others) => {
    found += members;
    seen += members + others;
    total += (members * found) / seen;
  });
  return total / ranking.members.length;
}
