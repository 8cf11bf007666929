import { TensorError } from "@nn/core";
import type { Columns } from "../inputs/table.ts";
import { show } from "../options.ts";

/** Columns side by side, row by row. */
export interface Matrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
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
    const values = columns[name]!;
    for (let row = 0; row < rows.length; row++) {
      const value = values[row];
      if (!isNumber(value))
        throw new TensorError(
          `${place}: column '${name}' has ${show(value)} in row ${rows[row]}, which is no number; leave the row out, or make ` +
            "a number of it",
        );
      data[row * width + at] = Number(value);
    }
  }
  return { data, shape: [rows.length, width] };
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
