import { check } from "@nn/core";
import type { Columns } from "../inputs/table.ts";
import { show } from "../options.ts";

/** Columns side by side, row by row. */
export interface Matrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** What a model returns for the rows of a matrix. */
export interface Predictions {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, ...rest: number[]];
}

/**
 * The named columns as a matrix. Booleans count as 0 and 1, and other values that are no numbers are refused. `rows` has the
 * numbers that errors call rows by.
 */
export function matrixOf(
  place: string,
  columns: Columns,
  names: readonly string[],
  rows: Int32Array,
): Matrix {
  const width = names.length;
  const data = new Float64Array(rows.length * width);
  for (const [at, name] of names.entries()) {
    const values = numbersOf(place, name, columns[name]!, rows);
    for (let row = 0; row < rows.length; row++) data[row * width + at] = values[row]!;
  }
  return { data, shape: [rows.length, width] };
}

/** A column of a matrix, from which it is the way back. */
export function columnOf({ data, shape }: Matrix, at: number): Float64Array {
  const [rows, width] = shape;
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = data[row * width + at]!;
  return values;
}

function numbersOf(
  place: string,
  name: string,
  values: ArrayLike<unknown>,
  rows: Int32Array,
): Float64Array {
  if (values instanceof Float64Array) return values;
  return Float64Array.from(rows, (number, row) => {
    const value = values[row];
    check(
      isNumber(value),
      () =>
        `${place}: column '${name}' has ${show(value)} in row ${number}, which is no number; leave the row out, or make a ` +
        "number of it",
    );
    return Number(value);
  });
}

/** Whether all values of all columns are numbers, as a matrix takes them. */
export function areNumbers(columns: Columns): boolean {
  return Object.values(columns).every((values) =>
    ArrayBuffer.isView(values) ? typeof values[0] === "number" : Array.from(values).every(isNumber),
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}
