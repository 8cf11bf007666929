import type { Table } from "@nn/core";
import { CommandError } from "../failure.ts";

/** Columns of a table side by side, row by row, as `fit` and `measure` take them. */
export interface Matrix {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** The named columns as numbers, which all have to be there. Booleans count as 0 and 1. */
export function matrixOf(what: string, table: Table, names: readonly string[]): Matrix {
  const rows = table.numRows();
  const data = new Float64Array(rows * names.length);
  for (const [at, name] of names.entries()) {
    const values = table.array(name);
    for (let row = 0; row < rows; row++) {
      const value = Number(isNumber(values[row]) ? values[row] : Number.NaN);
      if (!Number.isFinite(value))
        throw new CommandError(
          `${what}: row ${row + 1} has ${JSON.stringify(values[row]) ?? "nothing"} in '${name}', which is no number to go by`,
        );
      data[row * names.length + at] = value;
    }
  }
  return { data, shape: [rows, names.length] };
}

/** Whether these columns are there, with numbers alone in them, of which some may be missing. */
export function areNumbers(table: Table, names: readonly string[]): boolean {
  const known = table.columnNames();
  return names.every(
    (name) => known.includes(name) && Array.from(table.array(name)).every(isNumber),
  );
}

function isNumber(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}
