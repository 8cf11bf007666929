/**
 * Finds the rows that are nearest to a point, by the Euclidean distance along all axes, nearest first and equally near ones
 * by their number. The returned list is only good until the next call; it is shorter where there are fewer rows, and empty
 * for points with a missing number.
 *
 * Rows are sorted along the axis with the most different values, and looked at from the point outwards until that axis
 * alone is farther than what has been found. For a few axes and some 10⁵ rows that takes microseconds, and no tree.
 */
export function nearestRows(
  axes: readonly Float64Array[],
): (point: readonly number[], count: number, except?: number) => Int32Array {
  const distinct = axes.map((axis) => new Set(axis).size);
  const lead = distinct.indexOf(Math.max(...distinct));
  const leading = axes[lead]!;
  const order = Int32Array.from(leading.keys()).sort((a, b) => leading[a]! - leading[b]! || a - b);
  const sorted = axes.map((axis) => Float64Array.from(order, (row) => axis[row]!));
  const along = sorted[lead]!;
  let rows = new Int32Array(0);
  let distances = new Float64Array(0);
  return (point, count, except = -1) => {
    const most = Math.min(count, order.length);
    if (rows.length < most) [rows, distances] = [new Int32Array(most), new Float64Array(most)];
    let found = 0;
    if (point.some(Number.isNaN)) return rows.subarray(0, 0);
    const at = point[lead]!;
    let above = firstFrom(along, at);
    let below = above - 1;
    for (;;) {
      const down = below >= 0 ? at - along[below]! : Infinity;
      const up = above < along.length ? along[above]! - at : Infinity;
      const gap = Math.min(down, up);
      if (gap === Infinity || (found === most && gap * gap > distances[found - 1]!)) break;
      const place = down < up ? below-- : above++;
      const row = order[place]!;
      if (row === except) continue;
      let distance = 0;
      for (let i = 0; i < sorted.length; i++) distance += (sorted[i]![place]! - point[i]!) ** 2;
      const isNearer = (other: number): boolean =>
        distance < distances[other]! || (distance === distances[other]! && row < rows[other]!);
      if (found === most && !isNearer(found - 1)) continue;
      let to = found < most ? found++ : found - 1;
      for (; to > 0 && isNearer(to - 1); to--) {
        rows[to] = rows[to - 1]!;
        distances[to] = distances[to - 1]!;
      }
      rows[to] = row;
      distances[to] = distance;
    }
    return rows.subarray(0, found);
  };
}

/** The first place in a sorted list whose value is not less. */
function firstFrom(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
