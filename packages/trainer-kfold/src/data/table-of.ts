import { check, type Table } from "@nn/core";

/**
 * A table of columns that are arrays of equal length.
 *
 * ```ts
 * const table = tableOf({ area: [54, 120, 87], price: [210_000, 480_000, 350_000] });
 * ```
 */
export function tableOf(columns: { readonly [name: string]: ArrayLike<unknown> }): Table {
  const names = Object.keys(columns);
  const [first] = names;
  check(first !== undefined, () => "tableOf: expected at least one column, got none");
  const lengthOf = (name: string): number => columns[name]!.length;
  for (const name of names)
    check(
      lengthOf(name) === lengthOf(first),
      () =>
        `tableOf: column '${name}' has ${lengthOf(name)} rows where '${first}' has ${lengthOf(first)}`,
    );
  return {
    numRows: () => lengthOf(first),
    columnNames: () => names,
    array: (name) => columnOf("tableOf", columns, name),
  };
}

/** Some rows of a table, in the given order. Columns are copied when they are asked for, once. */
export function rowsOf(table: Table, rows: Int32Array): Table {
  const taken: Record<string, ArrayLike<unknown>> = {};
  return {
    numRows: () => rows.length,
    columnNames: () => table.columnNames(),
    array(name) {
      if (Object.hasOwn(taken, name)) return taken[name]!;
      const values = table.array(name);
      const column = Array.from(rows, (row) => values[row]);
      return (taken[name] = column);
    },
  };
}

/** A table without some of its columns. */
export function withoutColumns(table: Table, names: readonly string[]): Table {
  if (names.length === 0) return table;
  const kept = table.columnNames().filter((name) => !names.includes(name));
  return {
    numRows: () => table.numRows(),
    columnNames: () => kept,
    array: (name) => table.array(name),
  };
}

function columnOf(
  place: string,
  columns: { readonly [name: string]: ArrayLike<unknown> },
  name: string,
): ArrayLike<unknown> {
  check(
    Object.hasOwn(columns, name),
    () => `${place}: there is no column '${name}'; there are ${Object.keys(columns).join(", ")}`,
  );
  return columns[name]!;
}
