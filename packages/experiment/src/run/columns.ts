import type { Table } from "@nn/core";

/** A table without the columns that neither pipelines nor models see. */
export function withoutColumns(table: Table, names: readonly (string | undefined)[]): Table {
  const kept = table.columnNames().filter((name) => !names.includes(name));
  return {
    numRows: () => table.numRows(),
    columnNames: () => kept,
    array: (name) => table.array(name),
  };
}

/** The first rows of a table. */
export function firstRows(table: Table, rows: number): Table {
  return {
    numRows: () => Math.min(rows, table.numRows()),
    columnNames: () => table.columnNames(),
    array: (name) => Array.prototype.slice.call(table.array(name), 0, rows),
  };
}

/** A column as numbers, booleans being 0 and 1; undefined where something else is in it. */
export function numbersOf(table: Table, name: string): Float64Array | undefined {
  const values = table.array(name);
  const numbers = new Float64Array(table.numRows());
  for (const row of numbers.keys()) {
    const value = values[row];
    if (typeof value !== "number" && typeof value !== "boolean") return undefined;
    numbers[row] = Number(value);
  }
  return numbers;
}
