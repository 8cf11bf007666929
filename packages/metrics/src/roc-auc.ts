import type { Metric } from "@nn/core";
import { eachScore, type Ranking, rankingMetric, type RankingOptions } from "./ranking.ts";

/**
 * The area under the receiver operating characteristic: how likely an example of the class is to be scored above one of
 * the rest, equal scores counting half. With a single output or two columns it is that of class 1; otherwise each class
 * is set against the rest, by its probability, and the mean of the classes is taken.
 *
 * NaN where there are no examples of the class, or no others (such a class is left out of the mean), when a prediction
 * is NaN, or a target no class. All rows are kept to be sorted.
 *
 * ```ts
 * await fit({ model, data, loss: binaryCrossEntropy(), metrics: [rocAuc()], … });
 * ```
 */
export function rocAuc(options: RankingOptions = {}): Metric {
  return rankingMetric("rocAuc", options, areaOf);
}

/** Counts the pairs of a member and another one behind it, in halves, exactly. */
function areaOf(ranking: Ranking): number {
  let [halves, before] = [0, 0];
  eachScore(ranking, (members, others) => {
    halves += others * (2 * before + members);
    before += members;
  });
  return halves / (2 * ranking.members.length * ranking.others.length);
}
