import { check, isTensor, type Table } from "@nn/core";
import { isObject, show } from "../options.ts";

/** The columns of a table, by their names, with one value for each row. */
export type Columns = { readonly [name: string]: ArrayLike<unknown> };

/** The columns of a table; those of equal length that are given already stay as they are. */
export function columnsOf(name: string, inputs: Table | Columns): Columns {
  check(
    isObject(inputs) && !Array.isArray(inputs) && !isTensor(inputs),
    () => `${name}: expected a table or columns such as { area: [120, 85] }, got ${show(inputs)}`,
  );
  const columns = isTable(inputs)
    ? Object.fromEntries(inputs.columnNames().map((column) => [column, inputs.array(column)]))
    : (inputs as Columns);
  const entries = Object.entries(columns);
  const [first] = entries;
  check(first, () => `${name}: has no column`);
  for (const [column, values] of entries) {
    check(
      isObject(values) && Number.isInteger(values.length),
      () => `${name}.${column}: expected a list of values, got ${show(values)}`,
    );
    check(
      values.length === first[1].length,
      () =>
        `${name}.${column}: has ${values.length} rows where '${first[0]}' has ${first[1].length}`,
    );
  }
  check(first[1].length > 0, () => `${name}: has no rows`);
  return columns;
}

/** Columns as a table. */
export function tableOf(columns: Columns): Table {
  return {
    numRows: () => lengthOf(columns),
    columnNames: () => Object.keys(columns),
    array: (name) => columns[name]!,
  };
}

/** How many rows columns have. */
export function lengthOf(columns: Columns): number {
  return Object.values(columns)[0]!.length;
}

/** The values at these rows, in a new array of the same kind. */
export function valuesAt(values: ArrayLike<unknown>, rows: Int32Array): ArrayLike<unknown> {
  if (!ArrayBuffer.isView(values)) return Array.from(rows, (row) => values[row]);
  const kind = values.constructor as new (
    length: number,
  ) => Record<number, unknown> & ArrayLike<unknown>;
  const taken = new kind(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!];
  return taken;
}

/** These rows of every column, or of some of them, by their numbers. */
export function takeRows(columns: Columns, rows: Int32Array, only?: readonly number[]): Columns {
  const entries = Object.entries(columns).map(
    ([name, values], i) =>
      [name, only && !only.includes(i) ? values : valuesAt(values, rows)] as const,
  );
  return Object.fromEntries(entries);
}

/** As many times the same value, in a new array of the same kind. Integer arrays refuse what they cannot hold. */
export function filled(
  path: string,
  values: ArrayLike<unknown>,
  value: unknown,
): ArrayLike<unknown> {
  const { length } = values;
  if (!ArrayBuffer.isView(values)) return Array.from({ length }, () => value);
  const set = (values as unknown as Float64Array).map(() => value as number);
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  check(
    isFloat ? typeof value === "number" : set[0] === value,
    () => `${path}: ${values.constructor.name} cannot hold ${show(value)}`,
  );
  return set;
}

function isTable(inputs: Table | Columns): inputs is Table {
  return typeof inputs["numRows"] === "function" && typeof inputs["array"] === "function";
}
