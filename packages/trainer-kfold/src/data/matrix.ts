import { check, type Table, TensorError } from "@nn/core";
import { shown } from "../check-options.ts";

/** Columns of a table side by side, row by row. */
export interface Matrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * The named columns as a matrix. Booleans count as 0 and 1; other values that are no numbers are refused. `rows` has the
 * numbers that errors call rows by, where the table is a part of another one.
 */
export function matrixOf(
  place: string,
  table: Table,
  names: readonly string[],
  rows?: Int32Array,
): Matrix {
  const count = table.numRows();
  const data = new Float64Array(count * names.length);
  for (const [at, name] of names.entries()) {
    const values = numbersOf(table, name);
    if ("row" in values)
      throw new TensorError(
        `${place}: column '${name}' has ${shown(values.value)} in row ${rows?.[values.row] ?? values.row}, which is no ` +
          "number; turn it into numbers, or drop it, with a pipeline",
      );
    for (let row = 0; row < count; row++) data[row * names.length + at] = values[row]!;
  }
  return { data, shape: [count, names.length] };
}

/** Refuses numbers that are not finite. */
export function refuseGaps(
  place: string,
  { data }: Matrix,
  names: readonly string[],
  rows?: Int32Array,
): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  const row = Math.floor(at / names.length);
  check(
    at < 0,
    () =>
      `${place}: column '${names[at % names.length]}' has ${data[at]} in row ${rows?.[row] ?? row}; fill it in, leave the ` +
      "row out, or pass { lint: false }",
  );
}

/** A value that is no number. */
export interface Stray {
  readonly value: unknown;
  readonly row: number;
}

/** A column as numbers, or what in it is none. */
export function numbersOf(table: Table, name: string): Float64Array | Stray {
  const values = table.array(name);
  const rows = table.numRows();
  const numbers = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (typeof value !== "number" && typeof value !== "boolean") return { value, row };
    numbers[row] = Number(value);
  }
  return numbers;
}

/** The columns of a matrix by these names, which is the way back from `matrixOf`. */
export function columnsOf(
  data: ArrayLike<number>,
  names: readonly string[],
): { readonly [name: string]: Float64Array } {
  const rows = data.length / names.length;
  const column = (at: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => data[row * names.length + at]!);
  return Object.fromEntries(names.map((name, at) => [name, column(at)]));
}
