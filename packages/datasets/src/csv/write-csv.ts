import { check, type Table } from "@nn/core";
import { checkKnown, checkOneOf, checkTable } from "../check-options.ts";
import { show } from "../show.ts";

/** How separated values are to be written. */
export interface WriteCsvOptions {
  /** One of `,` `;` tab `|`; default a comma. */
  readonly delimiter?: string;
  /** Whether names of columns come first; default true. */
  readonly header?: boolean;
}

/**
 * A table as separated values: lines end with LF, missing values (NaN, null) are nothing, dates are ISO 8601, quotes are
 * where they are needed. `readCsv` reads the same values back; give it the types of columns whose strings look like
 * numbers.
 *
 * ```ts
 * writeCsv(table({ a: [1, NaN], b: ["x", "y, z"] })); // 'a,b\n1,x\n,"y, z"\n'
 * ```
 */
export function writeCsv(table: Table, options: WriteCsvOptions = {}): string {
  return [...csvParts(table, options)].join("");
}

/** Rows of a part. */
const partRows = 4096;

/** What `writeCsv` writes, in parts, so that files may be larger than strings. */
export function* csvParts(table: Table, options: WriteCsvOptions = {}): Generator<string> {
  checkKnown("writeCsv", options, ["delimiter", "header"]);
  const { delimiter = ",", header = true } = options;
  checkOneOf("writeCsv: delimiter", delimiter, [",", ";", "\t", "|"]);
  checkOneOf("writeCsv: header", header, [true, false]);
  checkTable("writeCsv", table);
  const names = table.columnNames();
  check(names.length > 0, () => "writeCsv: the table has no columns");
  const columns = names.map((name) => table.array(name));
  if (header) yield checked(names.map((name) => quoted(name, delimiter)).join(delimiter) + "\n");
  const rows = table.numRows();
  for (let from = 0; from < rows; from += partRows) {
    let part = "";
    for (let row = from; row < Math.min(from + partRows, rows); row++)
      for (const [i, column] of columns.entries())
        part +=
          (i === 0 ? "" : delimiter) +
          cellText(column[row], delimiter, names[i]!, row) +
          (i === columns.length - 1 ? "\n" : "");
    yield checked(part);
  }
}

function cellText(value: unknown, delimiter: string, name: string, row: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number")
    return Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return quoted(value, delimiter);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  const isDate = Object.prototype.toString.call(value) === "[object Date]";
  const time = isDate ? (value as Date).getTime() : NaN;
  check(
    isDate,
    () =>
      `writeCsv: column ${show(name)} has ${Object.prototype.toString.call(value)} in row ${row}, ` +
      "expected numbers, booleans, strings or dates; make it one of these first",
  );
  return Number.isNaN(time) ? "" : (value as Date).toISOString();
}

/** Texts that would be taken for missing ones, or lose their ends, have quotes too. */
function quoted(text: string, delimiter: string): string {
  const isPlain = !/^(NA|NaN|)$|["\r\n\uFEFF]|^\s|\s$/.test(text) && !text.includes(delimiter);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

function checked(part: string): string {
  check(
    !/\p{Surrogate}/u.test(part),
    () => "writeCsv: a string is no Unicode text: half of a surrogate pair stands alone",
  );
  return part;
}
