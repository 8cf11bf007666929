/** So few rows are looked at one after the other. */
const few = 12;

/**
 * Finds the rows that are nearest to a point, by the Euclidean distance along all axes, nearest first and equally near ones
 * by their number. The returned list is only good until the next call; it is shorter where there are fewer rows, and empty
 * for points with a missing number.
 *
 * Rows are halved along the axis on which they are the farthest apart, and each half again, so that most of them need not
 * be looked at (Bentley, "Multidimensional binary search trees used for associative searching", 1975).
 */
export function nearestRows(
  axes: readonly Float64Array[],
): (point: readonly number[], count: number, except?: number) => Int32Array {
  const order = new Int32Array(axes[0]!.length).map((_, row) => row);
  // Where a range of rows is halved, by which axis.
  const halved = new Int32Array(order.length);
  const halve = (from: number, to: number): void => {
    if (to - from <= few) return;
    const range = order.subarray(from, to);
    const axis = widest(axes, range);
    const values = axes[axis]!;
    range.sort((a, b) => values[a]! - values[b]!);
    const middle = (from + to) >> 1;
    halved[middle] = axis;
    halve(from, middle);
    halve(middle + 1, to);
  };
  halve(0, order.length);
  const places = axes.map((axis) =>
    new Float64Array(order.length).map((_, at) => axis[order[at]!]!),
  );

  let rows = new Int32Array(0);
  let distances = new Float64Array(0);
  let [most, found, without] = [0, 0, -1];
  let point: readonly number[] = [];
  const consider = (place: number): void => {
    const row = order[place]!;
    if (row === without) return;
    let distance = 0;
    for (let i = 0; i < places.length; i++) distance += (places[i]![place]! - point[i]!) ** 2;
    let to = found;
    while (
      to > 0 &&
      (distance < distances[to - 1]! || (distance === distances[to - 1]! && row < rows[to - 1]!))
    )
      to--;
    if (to === most) return;
    if (found < most) found++;
    rows.copyWithin(to + 1, to, found - 1);
    distances.copyWithin(to + 1, to, found - 1);
    rows[to] = row;
    distances[to] = distance;
  };
  const search = (from: number, to: number): void => {
    if (to - from <= few) {
      for (let place = from; place < to; place++) consider(place);
      return;
    }
    const middle = (from + to) >> 1;
    const axis = halved[middle]!;
    const beyond = point[axis]! - places[axis]![middle]!;
    if (beyond < 0) search(from, middle);
    else search(middle + 1, to);
    // Equally near rows are looked at, too: one of a smaller number may be among them.
    if (found === most && beyond * beyond > distances[most - 1]!) return;
    consider(middle);
    if (beyond < 0) search(middle + 1, to);
    else search(from, middle);
  };
  return (wanted, count, except = -1) => {
    [most, found, without, point] = [Math.min(count, order.length), 0, except, wanted];
    if (rows.length < most) [rows, distances] = [new Int32Array(most), new Float64Array(most)];
    if (!wanted.some(Number.isNaN)) search(0, order.length);
    return rows.subarray(0, found);
  };
}

/** The axis on which rows are the farthest apart. */
function widest(axes: readonly Float64Array[], rows: Int32Array): number {
  let [best, widest] = [0, -1];
  for (const [i, axis] of axes.entries()) {
    let [least, greatest] = [Infinity, -Infinity];
    for (const row of rows) {
      least = Math.min(least, axis[row]!);
      greatest = Math.max(greatest, axis[row]!);
    }
    if (greatest - least > widest) [best, widest] = [i, greatest - least];
  }
  return best;
}
