import type { Backend } from "@nn/core";
import type { Rows, RowsTree } from "../inputs/examples.ts";
import type { Feature, Groups } from "../inputs/features.ts";
import type { Units } from "../table/table-model.ts";
import type { Score } from "./score.ts";

/** Scores a model, or a function, on rows some columns of which are shuffled. */
export interface Scorer {
  /** How many rows it scores. */
  readonly rows: number;
  /** What can be shuffled. */
  readonly features: readonly Feature[];
  /** The names of all columns. */
  readonly names: readonly string[];
  /** What predictions are compared in, for a table. */
  readonly units?: Units;
  /**
   * The score with the columns of the feature at this position taken from other rows: row i has those of row `order[i]`. As
   * the rows are where there is no feature.
   */
  score(feature?: number, order?: Int32Array): Promise<unknown>;
  /** Gives back what was uploaded. */
  release(): void;
}

/** What a scorer is made of. */
export interface ScorerOptions {
  readonly score: Score;
  readonly groups: Groups | undefined;
  readonly only: readonly (string | number)[] | undefined;
  /** The numbers of the rows to score, of so many. */
  rowsOf(rows: number): Int32Array;
  readonly backend: Backend | undefined;
  breathe(): Promise<void>;
}

/** What `permutationImportance` is given of data. */
export interface GivenData {
  readonly inputs: RowsTree;
  readonly targets: RowsTree;
  /** How much each row counts in a loss, [rows]. */
  readonly weights?: Rows | undefined;
}
