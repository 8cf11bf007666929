import { check } from "@nn/core";
import { shuffled } from "@nn/trainer";
import { kindOf } from "../kind.ts";
import { checkFlag, checkNames, checkOwnSeed, checkWhole } from "../check-options.ts";
import { checkRows, rowsByValue, rowValues } from "./row-values.ts";
import { splitsOf } from "./split-of.ts";
import type { RowValues, Splitter } from "./splitter.ts";

/** What can be chosen for `stratified`. */
export interface StratifiedOptions {
  /** The class of every row, or the name of the column that has it. */
  readonly labels: RowValues;
  /** From 2; 5 by default. */
  readonly folds?: number;
  /** Whether the rows of a class are dealt out at random; true by default. */
  readonly shuffle?: boolean;
  /** Whether a class may have fewer rows than there are folds, and so be missing from some; false by default. */
  readonly allowMissing?: boolean;
  /** The folds are those of this seed, whatever seed `kFold` trains with, as of `kFolds`; that of `kFold` by default. */
  readonly seed?: number;
}

/**
 * Folds in which every class has its share, within one row, as have the folds of all rows. Every row is held back once.
 * The shares are those of scikit-learn's `StratifiedKFold`: the rows, sorted by class, are dealt out like cards.
 *
 * ```ts
 * await kFold({ folds: stratified({ labels: "species", folds: 5 }), ...options });
 * ```
 */
export function stratified(options: StratifiedOptions): Splitter {
  checkNames("stratified", options, ["labels", "folds", "shuffle", "allowMissing", "seed"]);
  const { folds = 5, shuffle = true, allowMissing = false, seed: own } = options;
  checkWhole("stratified: folds", folds, 2);
  checkFlag("stratified: shuffle", shuffle);
  checkOwnSeed("stratified", own, shuffle);
  checkFlag("stratified: allowMissing", allowMissing);
  const labels = rowValues("stratified: labels", options.labels);
  return {
    kind: kindOf("stratified"),
    config: { labels, folds, shuffle, allowMissing, seed: own },
    split(data) {
      const { rows, seed } = data;
      checkRows("stratified", rows, folds);
      const classes = rowsByValue("stratified", labels, data);
      const foldOf = new Int32Array(rows);
      let dealt = 0;
      for (const [label, members] of classes) {
        check(
          members.length >= folds || allowMissing,
          () =>
            `stratified: class ${JSON.stringify(label)} has ${members.length} rows, so it would be missing from some of ` +
            `${folds} folds; use fewer folds, join it with another class, or set allowMissing`,
        );
        // How many of this class each fold gets: the next cards after those of the classes before.
        const shares = new Int32Array(folds);
        for (let i = 0; i < members.length; i++) shares[dealt++ % folds]!++;
        const places = Array.from(shares).flatMap((share, fold) => Array<number>(share).fill(fold));
        const order = shuffle ? shuffled(members.length, own ?? seed, dealt) : places.keys();
        for (const [i, place] of [...order].entries()) foldOf[members[i]!] = places[place]!;
      }
      return splitsOf(folds, foldOf);
    },
  };
}
