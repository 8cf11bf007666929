import { check } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkNames, checkWhole } from "../check-options.ts";
import { rowsByValue, rowValues } from "./row-values.ts";
import { splitsOf } from "./split-of.ts";
import type { RowValues, Splitter } from "./splitter.ts";

/** What can be chosen for `grouped`. */
export interface GroupedOptions {
  /** The group of every row, or the name of the column that has it. */
  readonly groups: RowValues;
  /** From 2; 5 by default. */
  readonly folds?: number;
}

/**
 * Folds that keep groups together: no group, such as all rows of one patient, is trained on and held back in the same
 * fold. The largest group goes first, each to the fold with the fewest rows so far, so that folds are of similar size.
 * Nothing is random about that: the folds are the same for all seeds.
 *
 * ```ts
 * await kFold({ folds: grouped({ groups: "patient", folds: 4 }), ...options });
 * ```
 */
export function grouped(options: GroupedOptions): Splitter {
  checkNames("grouped", options, ["groups", "folds"]);
  const { folds = 5 } = options;
  checkWhole("grouped: folds", folds, 2);
  const groups = rowValues("grouped: groups", options.groups);
  return {
    kind: kindOf("grouped"),
    config: { groups, folds },
    split(data) {
      const members = [...rowsByValue("grouped", groups, data).values()];
      check(
        members.length >= folds,
        () =>
          `grouped: ${members.length} groups do not make ${folds} folds; use at most as many folds as there are groups`,
      );
      const foldOf = new Int32Array(data.rows);
      const sizes = Array<number>(folds).fill(0);
      for (const group of members.toSorted((a, b) => b.length - a.length)) {
        const lightest = sizes.indexOf(Math.min(...sizes));
        sizes[lightest]! += group.length;
        for (const row of group) foldOf[row] = lightest;
      }
      return splitsOf(folds, foldOf);
    },
  };
}
