import type { Column } from "./columns.ts";
import { readColumn } from "./columns.ts";

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
export function boxOf(column: Column): Box | undefined {
  const { type, values } = readColumn("boxOf: column", column);
  return type === "number" ? boxOfNumbers(values) : undefined;
}

/** The same of numbers, with NaN where they are missing. */
export function boxOfNumbers(values: Float64Array): Box | undefined {
  const sorted = sortedNumbers(values);
  if (sorted.length === 0) return undefined;
  const [lowerQuartile, median, upperQuartile] = [0.25, 0.5, 0.75].map((part) =>
    quantile(sorted, part),
  );
  const reach = 1.5 * (upperQuartile! - lowerQuartile!);
  const within = sorted.filter((x) => x >= lowerQuartile! - reach && x <= upperQuartile! + reach);
  return {
    minimum: sorted[0]!,
    low: Math.min(within[0]!, lowerQuartile!),
    lowerQuartile: lowerQuartile!,
    median: median!,
    upperQuartile: upperQuartile!,
    high: Math.max(within.at(-1)!, upperQuartile!),
    maximum: sorted.at(-1)!,
    count: sorted.length,
    missing: values.length - sorted.length,
    outliers: sorted.length - within.length,
  };
}

/** In ascending order, without NaN. */
export function sortedNumbers(values: ArrayLike<number>): Float64Array {
  const sorted = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++)
    if (!Number.isNaN(values[i])) sorted[count++] = values[i]!;
  return sorted.subarray(0, count).sort();
}

/** What this part of sorted values is below; NaN where there are none. */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low === high ? low : low + (high - low) * (place - below);
}
