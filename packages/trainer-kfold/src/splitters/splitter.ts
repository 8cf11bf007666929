import type { Described } from "@nn/core";

/** The rows that a fold trains on and those that it is judged on, by their numbers in ascending order. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** What is divided. */
export interface SplitRows {
  readonly rows: number;
  /** Fixes everything random: the one of `kFold`, unless a splitter has its own. */
  readonly seed: number;
  /** The values of a column, where the data is a table. */
  column?(name: string): ArrayLike<unknown>;
}

/**
 * A way to divide rows into folds. It is a plain value, and the same rows and seed give the same folds. `kFold` checks
 * what comes out: row numbers in range, none of them on both sides, and neither side empty.
 *
 * ```ts
 * const halves: Splitter = {
 *   kind: "@acme/folds#halves", config: {},
 *   split: ({ rows }) => [splitOf(rows, [0, 1]), splitOf(rows, [2, 3])],
 * };
 * ```
 */
export interface Splitter extends Described {
  split(rows: SplitRows): readonly Split[];
}

/**
 * What every row belongs to: strings, finite numbers or booleans, one for each row; rows of one value; or one-hot rows,
 * which belong to the place of their 1. Or the name of a table's column that has them.
 */
export type RowValues = string | ArrayLike<RowValue | ArrayLike<number | boolean>>;

/** What a row belongs to. */
export type RowValue = string | number | boolean;
