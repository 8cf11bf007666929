import { columnsWhere } from "./finding.ts";
import type { Matrix } from "./matrix.ts";
import { leastOthers } from "./table.ts";

/** Targets that name a class. */
export interface Classes {
  /** The class of each row, from 0. */
  readonly codes: Int32Array;
  /** What they are called: their number, or the value that stands for them. */
  readonly names: readonly string[];
  /** Rows of each. */
  readonly counts: readonly number[];
}

/** More different values than this are no classes. */
const most = 1000;

/**
 * The classes of targets: whole numbers of an integer type or booleans, one a row; numbers that are all 0 and 1 or all
 * -1 and 1; or one-hot rows. Undefined for others, which are taken for quantities.
 */
export function classesOf(matrix: Matrix): Classes | undefined {
  const { values, rows, width, isFloat } = matrix;
  const known = new Map<number, number>();
  const counts: number[] = [];
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = width === 1 ? values[row]! : placeOfOne(matrix, row);
    if (value === undefined) return undefined;
    let at = known.get(value);
    if (at === undefined) {
      if (known.size === (isFloat && width === 1 ? 2 : most)) return undefined;
      known.set(value, (at = known.size));
    }
    codes[row] = at;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const names = [...known.keys()];
  const isBinary =
    names.length === 2 && names.includes(1) && (names.includes(0) || names.includes(-1));
  if (isFloat && width === 1 && !isBinary) return undefined;
  return { codes, names: names.map(String), counts };
}

function placeOfOne({ values, width }: Matrix, row: number): number | undefined {
  let found: number | undefined;
  for (let i = 0; i < width; i++) {
    const value = values[row * width + i]!;
    if (value === 1 && found === undefined) found = i;
    else if (value !== 0) return undefined;
  }
  return found;
}

/** Different values up to which a column may stand for classes. */
const fewValues = 100;

/**
 * The columns that go with the class in every row: each value, or each range of values, belongs to one class; or all
 * rows of a class have one value, as in a one-hot column.
 */
export function telling({ values, rows, width }: Matrix, { codes, counts }: Classes): number[] {
  if (rows - Math.max(...counts) < leastOthers) return [];
  const smallest = new Float64Array(counts.length * width).fill(Infinity);
  const largest = new Float64Array(counts.length * width).fill(-Infinity);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0, slot = codes[row]! * width; column < width; column++, at++, slot++) {
      const value = values[at]!;
      if (value < smallest[slot]!) smallest[slot] = value;
      if (value > largest[slot]!) largest[slot] = value;
    }
  const areApart = (column: number): boolean => {
    const order = counts.map((_, own) => own * width + column);
    order.sort((a, b) => smallest[a]! - smallest[b]!);
    return order.every((slot, i) => i === 0 || largest[order[i - 1]!]! < smallest[slot]!);
  };
  const isKey = (column: number): boolean => {
    const classOf = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      const value = values[row * width + column]!;
      const known = classOf.get(value);
      if (known === undefined) classOf.set(value, codes[row]!);
      else if (known !== codes[row]!) return false;
      if (classOf.size > fewValues || classOf.size * 5 > rows) return false;
    }
    return true;
  };
  const isMark = (column: number): boolean =>
    counts.every((_, own) => smallest[own * width + column] === largest[own * width + column]);
  return columnsWhere(width, (column) => areApart(column) || isKey(column) || isMark(column));
}
