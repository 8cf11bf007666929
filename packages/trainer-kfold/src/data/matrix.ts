import { check, type Table } from "@nn/core";

/** Columns of a table side by side, row by row. */
export interface Matrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** The named columns as a matrix. Booleans count as 0 and 1; other values that are no numbers are refused. */
export function matrixOf(place: string, table: Table, names: readonly string[]): Matrix {
  const rows = table.numRows();
  const data = new Float64Array(rows * names.length);
  for (const [at, name] of names.entries()) {
    const values = numbersOf(table, name);
    check(
      typeof values !== "string",
      () =>
        `${place}: column '${name}' has ${String(values)}, which is no number; turn it into numbers, or drop it, with a pipeline`,
    );
    for (let row = 0; row < rows; row++) data[row * names.length + at] = values[row]!;
  }
  return { data, shape: [rows, names.length] };
}

/** A column as numbers, or what in it is none, with its row. */
export function numbersOf(table: Table, name: string): Float64Array | string {
  const values = table.array(name);
  const rows = table.numRows();
  const numbers = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (typeof value !== "number" && typeof value !== "boolean")
      return `${typeof value === "string" ? JSON.stringify(value) : String(value)} in row ${row}`;
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
