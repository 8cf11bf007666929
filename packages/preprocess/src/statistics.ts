/** The mean, which for equal numbers is exactly theirs. */
export function meanOf(values: Float64Array): number {
  // Distances from one of the values stay small where the values are large and alike, and are 0 where all are equal.
  const first = values[0]!;
  let sum = 0;
  for (const value of values) sum += value - first;
  return first + sum / values.length;
}

/** The standard deviation around a mean: the root of the mean square. */
export function deviationOf(values: Float64Array, mean: number): number {
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return Math.sqrt(sum / values.length);
}

/** Quantiles for levels from 0 to 1, with straight lines between neighbours in order. */
export function quantilesOf(values: Float64Array, levels: readonly number[]): number[] {
  const sorted = values.toSorted();
  return levels.map((level) => {
    const at = level * (sorted.length - 1);
    const below = sorted[Math.floor(at)]!;
    const above = sorted[Math.ceil(at)]!;
    return below + (above - below) * (at - Math.floor(at));
  });
}
