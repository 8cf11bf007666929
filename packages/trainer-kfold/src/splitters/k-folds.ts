import { shuffled } from "@nn/trainer";
import { kindOf } from "../kind.ts";
import { checkFlag, checkNames, checkOwnSeed, checkWhole } from "../check-options.ts";
import { checkRows } from "./row-values.ts";
import { splitsOf } from "./split-of.ts";
import type { Splitter } from "./splitter.ts";

/** What can be chosen for `kFolds`. */
export interface KFoldsOptions {
  /** From 2; 5 by default. */
  readonly folds?: number;
  /** Whether rows are dealt out at random; true by default. Without it, each fold is a run of rows in their order. */
  readonly shuffle?: boolean;
  /**
   * The folds are those of this seed, whatever seed `kFold` trains with, so that models with different seeds are judged on
   * the same folds. That of `kFold` by default.
   */
  readonly seed?: number;
}

/**
 * Divides rows into folds whose sizes differ by one at most, the first ones being the larger; every row is held back
 * once.
 *
 * ```ts
 * await kFold({ folds: kFolds({ folds: 8, shuffle: false }), ...options }); // eight runs of rows, in their order
 * await kFold({ folds: kFolds({ folds: 8, seed: 1 }), seed: 2, ...options }); // the folds that seed: 1 has
 * ```
 */
export function kFolds(options: KFoldsOptions = {}): Splitter {
  checkNames("kFolds", options, ["folds", "shuffle", "seed"]);
  const { folds = 5, shuffle = true, seed: own } = options;
  checkWhole("kFolds: folds", folds, 2);
  checkFlag("kFolds: shuffle", shuffle);
  checkOwnSeed("kFolds", own, shuffle);
  return {
    kind: kindOf("kFolds"),
    config: { folds, shuffle, seed: own },
    split({ rows, seed }) {
      checkRows("kFolds", rows, folds);
      const order = shuffle
        ? shuffled(rows, own ?? seed, 0)
        : Int32Array.from({ length: rows }, (_, i) => i);
      const foldOf = new Int32Array(rows);
      const larger = rows % folds;
      const size = Math.floor(rows / folds);
      const inLarger = larger * (size + 1);
      for (const [place, row] of order.entries())
        foldOf[row] =
          place < inLarger
            ? Math.floor(place / (size + 1))
            : larger + Math.floor((place - inLarger) / size);
      return splitsOf(folds, foldOf);
    },
  };
}
