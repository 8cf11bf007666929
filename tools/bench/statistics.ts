import type { Measurement } from "./task.ts";

/** What the rounds of a contestant came to. Figures are medians over the rounds. */
export interface Summary extends Measurement {
  /** Its time over that of the first of our contestants: the median of the ratios within each round. */
  readonly ratio: number;
  readonly fastest: number;
  readonly slowest: number;
}

/** The value in the middle, or the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + upper) / 2 : upper;
}

/** Sums up a contestant's rounds beside those of the one that it is compared with, which took turns with them. */
export function summarize(rounds: readonly Measurement[], base: readonly Measurement[]): Summary {
  const all = (key: "usPerStep" | "compileMs" | "startMs" | "peakMemoryMiB"): number[] =>
    rounds.map((round) => round[key]);
  const times = all("usPerStep");
  return {
    ...rounds[0]!,
    usPerStep: median(times),
    ratio: median(times.map((time, i) => time / base[i]!.usPerStep)),
    fastest: Math.min(...times),
    slowest: Math.max(...times),
    compileMs: median(all("compileMs")),
    startMs: median(all("startMs")),
    peakMemoryMiB: median(all("peakMemoryMiB")),
  };
}

/** The rounds of the fastest variant, such as the best number of threads. */
export function best(variants: readonly (readonly Measurement[])[]): readonly Measurement[] {
  const time = (rounds: readonly Measurement[]): number =>
    median(rounds.map(({ usPerStep }) => usPerStep));
  return variants.reduce((best, rounds) => (time(rounds) < time(best) ? rounds : best));
}

/** The largest distance between losses of the same steps; infinite where one of them is no number. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  const distances = a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN)));
  const largest = Math.max(...distances, a.length === b.length ? 0 : Number.NaN);
  return Number.isNaN(largest) ? Infinity : largest;
}
