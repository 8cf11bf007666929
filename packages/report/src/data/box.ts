import type { Column } from "./columns.ts";

/** A column in a few numbers, as box plots draw it. Plain data, which is small enough to be kept with a run. */
export interface Box {
  readonly minimum: number;
  /** The least value within one and a half interquartile ranges of the box. */
  readonly low: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  /** The greatest value within one and a half interquartile ranges of the box. */
  readonly high: number;
  readonly maximum: number;
  /** How many values there are, without missing ones. */
  readonly count: number;
  readonly missing: number;
  /** How many values are below `low` or above `high`. */
  readonly outliers: number;
}

/**
 * The quartiles, whiskers and extremes of a column (Tukey, Exploratory Data Analysis, 1977), or nothing where it has no
 * numbers. Quartiles lie between values as NumPy's `percentile` has it.
 *
 * ```ts
 * boxOf([1, 2, 3, 4, 100])?.median; // 3
 * ```
 */
export declare function boxOf(column: Column): Box | undefined;
