import { check, type Table } from "@nn/core";
import type { ColumnTable } from "arquero";
import { checkKnown, checkOneOf, checkTable } from "./check-options.ts";
import {
  checkColumnOptions,
  type ColumnOptions,
  isPlain,
  kindOf,
  selectNames,
  tableOf,
} from "./columns.ts";
import { show } from "./show.ts";
import { type Source, wholeBytes } from "./source.ts";

/**
 * Reads a table from JSON: a list of rows, `[{ "a": 1, "b": "x" }, …]`, or an object of columns, `{ "a": [1], "b": ["x"] }`.
 * null, and a key that a row lacks, are missing values.
 *
 * ```ts
 * const sales = await readJson('[{ "price": 1, "sold": "2014-10-13" }]', { types: { sold: "date" } });
 * ```
 */
export async function readJson(source: Source, options: ColumnOptions = {}): Promise<ColumnTable> {
  checkColumnOptions("readJson", options);
  const bytes = await wholeBytes("readJson", source);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("readJson: expected text of UTF-8, got other bytes", { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`readJson: this is no JSON: ${(cause as Error).message}`, { cause });
  }
  const columns = Array.isArray(value) ? columnsOfRows(value) : columnsOf(value);
  const names = selectNames("readJson", [...columns.keys()], options);
  for (const name of names) {
    const row = columns.get(name)!.findIndex((cell) => cell === Infinity || cell === -Infinity);
    check(
      row < 0,
      () =>
        `readJson: column ${show(name)} has a number in row ${row} that no double holds; leave it out with select, ` +
        "or make it a string in the file",
    );
  }
  return tableOf("readJson", new Map(names.map((name) => [name, columns.get(name)!])), options);
}

/** What a table may have whatever is missing in it. */
const fewCells = 2 ** 24;
/** How many cells a larger table may have for each one that is not missing. */
const mostMissing = 100;

function columnsOfRows(rows: readonly unknown[]): Map<string, unknown[]> {
  check(rows.length > 0, () => "readJson: the list is empty, expected rows such as { … }");
  const names = new Set<string>();
  let present = 0;
  for (const [row, value] of rows.entries()) {
    check(
      isObject(value),
      () =>
        `readJson: row ${row} is ${show(String(JSON.stringify(value)))}, expected an object of values by columns`,
    );
    for (const name of Object.keys(value)) {
      names.add(name);
      present++;
    }
  }
  // Rows that each have keys of their own would make a table of the square of their number.
  check(
    names.size * rows.length <= Math.max(fewCells, mostMissing * present),
    () =>
      `readJson: ${rows.length} rows have ${names.size} columns in all, and ${present} values; give rows of the same keys`,
  );
  const columns = new Map(
    [...names].map((name) => [name, Array.from<unknown>({ length: rows.length }).fill(null)]),
  );
  for (const [row, value] of (rows as readonly object[]).entries())
    for (const [name, cell] of Object.entries(value)) columns.get(name)![row] = cell;
  return columns;
}

function columnsOf(value: unknown): Map<string, unknown[]> {
  check(
    isObject(value),
    () =>
      `readJson: expected a list of rows or an object of columns, got ${show(String(JSON.stringify(value)))}`,
  );
  return new Map(
    Object.entries(value).map(([name, column]) => {
      check(
        Array.isArray(column),
        () =>
          `readJson: column ${show(name)} is ${show(String(JSON.stringify(column)))}, expected a list of values`,
      );
      return [name, column];
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How a table is written as JSON. */
export interface WriteJsonOptions {
  /** A list of rows, the default, or an object of columns. */
  readonly as?: "rows" | "columns";
}

/**
 * A table as JSON. Missing values are null, dates ISO 8601. JSON has no infinities: these are refused.
 *
 * ```ts
 * writeJson(table({ a: [1, NaN] }), { as: "columns" }); // '{"a":[1,null]}'
 * ```
 */
export function writeJson(table: Table, options: WriteJsonOptions = {}): string {
  checkKnown("writeJson", options, ["as"]);
  const { as = "rows" } = options;
  checkOneOf("writeJson: as", as, ["rows", "columns"]);
  checkTable("writeJson", table);
  const columns = table
    .columnNames()
    .map((name) => [name, Array.from(table.array(name), toJson(name))] as const);
  if (as === "columns") return JSON.stringify(Object.fromEntries(columns));
  const rows = Array.from({ length: table.numRows() }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
  return JSON.stringify(rows);
}

function toJson(name: string): (value: unknown, row: number) => unknown {
  return (value, row) => {
    check(
      value !== Infinity && value !== -Infinity && typeof value !== "bigint",
      () =>
        `writeJson: column ${show(name)} has ${String(value)} in row ${row}, which JSON cannot hold; write CSV or Arrow`,
    );
    const kind = kindOf(value);
    check(
      kind === undefined || isPlain(kind),
      () =>
        `writeJson: column ${show(name)} has ${kind === "object" ? "an object" : `a value of ${kind}`} in row ${row}, ` +
        "expected numbers, booleans, strings or dates; make it one of these first",
    );
    return kind === undefined ? null : value;
  };
}
