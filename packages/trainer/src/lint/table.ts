import type { Matrix } from "./matrix.ts";
import { type Statistics, statisticsOf } from "./statistics.ts";

/** Rows from which copies and leaks can be told from chance. */
export const leastRows = 20;

/** Rows beside the most common value, or the largest class, below which columns agree by chance. */
export const leastOthers = 5;

/** A matrix in double precision, with what is known of its columns. */
export interface Table {
  readonly matrix: Matrix;
  readonly statistics: Statistics;
}

/** Rows of floating-point numbers; pixels, bytes and indices are what they are. */
export function isTable({ rank, isFloat }: Matrix): boolean {
  return rank < 2 && isFloat;
}

/** Looks at all columns. */
export function withStatistics(matrix: Matrix): Table {
  const converted = { ...matrix, values: Float64Array.from(matrix.values) };
  return { matrix: converted, statistics: statisticsOf(converted) };
}

/** Whether a column has a single value. */
export function isConstant({ smallest, largest, bad }: Statistics, column: number): boolean {
  return smallest[column] === largest[column] && bad[column] === 0;
}

/** Whether a column has its most common value in nearly all rows, as flags may have. */
export function isRare({ values, rows, width }: Matrix, column: number): boolean {
  const counts = new Map<number, number>();
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row * width + column]!;
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > most) most = count;
  }
  return rows - most < leastOthers;
}
