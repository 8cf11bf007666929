import type { Feature } from "../inputs/features.ts";

/** Scores a model, or a function, on rows some columns of which are shuffled. */
export interface Scorer {
  /** How many rows it scores. */
  readonly rows: number;
  /** What can be shuffled. */
  readonly features: readonly Feature[];
  /** The names of all columns. */
  readonly names: readonly string[];
  /**
   * The score with the columns of the feature at this position taken from other rows: row i has those of row `order[i]`. As
   * the rows are where there is no feature.
   */
  score(feature?: number, order?: Int32Array): Promise<unknown>;
  /** Gives back what was uploaded. */
  release(): void;
}
