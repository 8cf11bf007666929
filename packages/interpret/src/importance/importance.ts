import type { Units } from "../table/table-model.ts";

/** How much predictions depend on each feature, the most important one first. Plain data, for JSON. */
export interface Importance {
  /** The name of the figure. */
  readonly score: string;
  readonly better: "higher" | "lower";
  /** What predictions were compared in, for a table. */
  readonly units?: Units;
  /** The figure with nothing shuffled. */
  readonly base: number;
  readonly rows: number;
  readonly repeats: number;
  readonly seed: number;
  readonly features: readonly FeatureImportance[];
}

/** What a feature, or a group of columns, is worth. */
export interface FeatureImportance {
  readonly name: string;
  /** The names of its columns. */
  readonly columns: readonly string[];
  /** By how much the figure gets worse, on average; below 0 where it got better by chance. */
  readonly mean: number;
  /** The standard deviation of the drops about their mean, divided by their number as in scikit-learn. */
  readonly deviation: number;
  /** The part of all means above 0 that is its own: those of all features add up to 1, or are 0 where none is above. */
  readonly share: number;
  /** By how much the figure got worse, each time. */
  readonly drops: readonly number[];
}
