/** The mean, which for equal numbers is exactly theirs. */
export function meanOf(values: Float64Array): number {
  // Distances from one of the values stay small where the values are large and alike, and are 0 where all are equal.
  const first = values[0]!;
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]! - first;
  return first + sum / values.length;
}

/** The standard deviation around a mean: the root of the mean square. */
export function deviationOf(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const distance = values[row]! - mean;
    sum += distance * distance;
  }
  return Math.sqrt(sum / values.length);
}

/** Quantiles for levels from 0 to 1 in rising order, with straight lines between neighbours. */
export function quantilesOf(values: Float64Array, levels: readonly number[]): number[] {
  // Beyond some levels, one after the other, sorting is faster.
  const few = levels.length <= 4;
  const sorted = few ? values.slice() : values.toSorted();
  let from = 0;
  return levels.map((level) => {
    const at = level * (sorted.length - 1);
    const below = Math.floor(at);
    if (few) for (const place of [below, Math.ceil(at)]) from = selectPlace(sorted, place, from);
    const [low, high] = [sorted[below]!, sorted[Math.ceil(at)]!];
    // Rounding must not take it beyond the next quantile.
    return Math.min(low + (high - low) * (at - below), high);
  });
}

/**
 * Moves values so that the one at `place` is there that sorting would put there, with none greater before it and none
 * less behind it; those before `from` are in such places already. Hoare, "Algorithm 65: find", 1961.
 */
function selectPlace(values: Float64Array, place: number, from: number): number {
  let [low, high] = [from, values.length - 1];
  while (low < high) {
    const pivot = middleOf(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const moved = values[left]!;
      values[left++] = values[right]!;
      values[right--] = moved;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return place;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
