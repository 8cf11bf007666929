import type { Matrix } from "./matrix.ts";

/** What one pass over a matrix finds out about each of its columns. */
export interface Statistics {
  /** How many values are not finite. */
  readonly bad: Int32Array;
  readonly smallest: Float64Array;
  readonly largest: Float64Array;
  /** For correlations: the first value, and of the distances from it the sum, and the sum of squares. */
  readonly first: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** Looks at every value once. */
export function statisticsOf({ values, rows, width }: Matrix): Statistics {
  const bad = new Int32Array(width);
  const smallest = new Float64Array(width).fill(Infinity);
  const largest = new Float64Array(width).fill(-Infinity);
  const first = Float64Array.from({ length: width }, (_, column) =>
    Number.isFinite(values[column]) ? values[column]! : 0,
  );
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < width; column++, at++) {
      const value = values[at]!;
      if (value - value !== 0) {
        bad[column]!++;
        continue;
      }
      if (value < smallest[column]!) smallest[column] = value;
      if (value > largest[column]!) largest[column] = value;
      const distance = value - first[column]!;
      sums[column]! += distance;
      squares[column]! += distance * distance;
    }
  return { bad, smallest, largest, first, sums, squares };
}

/** The correlation of every column of `x` with one column of `y`; NaN where one of them is constant. */
export function correlations(
  x: Matrix,
  ofX: Statistics,
  y: Matrix,
  ofY: Statistics,
  column: number,
): Float64Array {
  const { rows, width } = x;
  const products = new Float64Array(width);
  for (let row = 0, at = 0; row < rows; row++) {
    const distance = y.values[row * y.width + column]! - ofY.first[column]!;
    for (let i = 0; i < width; i++, at++)
      products[i]! += (x.values[at]! - ofX.first[i]!) * distance;
  }
  const spread = (of: Statistics, i: number): number =>
    of.squares[i]! - (of.sums[i]! * of.sums[i]!) / rows;
  return products.map((product, i) => {
    const covariance = product - (ofX.sums[i]! * ofY.sums[column]!) / rows;
    return covariance / Math.sqrt(spread(ofX, i) * spread(ofY, column));
  });
}
