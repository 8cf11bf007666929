import { shuffled } from "@nn/trainer";
import { kindOf } from "../kind.ts";
import { checkFlag, checkNames, checkWhole } from "../check-options.ts";
import { checkRows } from "./row-values.ts";
import { splitsOf } from "./split-of.ts";
import type { Splitter } from "./splitter.ts";

/** What can be chosen for `kFolds`. */
export interface KFoldsOptions {
  /** From 2; 5 by default. */
  readonly folds?: number;
  /** Whether rows are dealt out at random; true by default. Without it, each fold is a run of rows in their order. */
  readonly shuffle?: boolean;
}

/**
 * Divides rows into folds whose sizes differ by one at most, the first ones being the larger; every row is held back
 * once.
 *
 * ```ts
 * await kFold({ folds: kFolds({ folds: 8, shuffle: false }), ...options }); // eight runs of rows, in their order
 * ```
 */
export function kFolds(options: KFoldsOptions = {}): Splitter {
  checkNames("kFolds", options, ["folds", "shuffle"]);
  const { folds = 5, shuffle = true } = options;
  checkWhole("kFolds: folds", folds, 2);
  checkFlag("kFolds: shuffle", shuffle);
  return {
    kind: kindOf("kFolds"),
    config: { folds, shuffle },
    split({ rows, seed }) {
      checkRows("kFolds", rows, folds);
      const order = shuffle
        ? shuffled(rows, seed, 0)
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
