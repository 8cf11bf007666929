import { check, type Table } from "@nn/core";
import { type ColumnTable, table } from "arquero";
import { checkKnown, checkTexts } from "./check-options.ts";
import { createColumn } from "./csv/column.ts";
import { missingTexts } from "./csv/missing.ts";
import { numberParser } from "./csv/number.ts";
import { checkTypes, type ColumnType } from "./csv/options.ts";
import { utf8Decoder } from "./csv/text.ts";
import { show } from "./show.ts";

/** Which columns are read, and as what. */
export interface ColumnOptions {
  /** Only these columns are read, in this order. */
  readonly select?: readonly string[];
  /** Types by names of columns; those of others follow from their values. */
  readonly types?: { readonly [column: string]: ColumnType };
}

/** Checks options that all readers but that of CSV have. */
export function checkColumnOptions(
  name: string,
  options: ColumnOptions,
  others: readonly string[] = [],
): void {
  checkKnown(name, options, ["select", "types", ...others]);
  if (options.select !== undefined) checkTexts(`${name}: select`, options.select);
  checkTypes(name, options.types);
}

/** The names of columns that are to be read. */
export function selectNames(
  origin: string,
  names: readonly string[],
  { select, types = {} }: ColumnOptions,
): readonly string[] {
  for (const name of [...(select ?? []), ...Object.keys(types)])
    check(
      names.includes(name),
      () =>
        `${origin}: there is no column ${show(name)}; there are ${names.slice(0, 20).map(show).join(", ")}`,
    );
  for (const name of names)
    check(name !== "__proto__", () => `${origin}: '__proto__' is no name for a column; rename it`);
  return select ?? names;
}

/**
 * A table of values of other formats, with the columns that `readCsv` makes: `Float64Array` with NaN where values are
 * missing, or arrays of booleans, strings or dates, with null.
 */
export function tableOf(
  origin: string,
  columns: ReadonlyMap<string, ArrayLike<unknown>>,
  { types = {} }: ColumnOptions,
): ColumnTable {
  const names = [...columns.keys()];
  check(names.length > 0, () => `${origin}: there are no columns`);
  const rows = columns.get(names[0]!)!.length;
  for (const [name, { length }] of columns)
    check(
      length === rows,
      () =>
        `${origin}: column ${show(name)} has ${length} values, and ${show(names[0]!)} has ${rows}`,
    );
  const plain = names.map((name): [string, ArrayLike<unknown>] => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    const values = columns.get(name)!;
    return [name, type ? converted(origin, name, values, type) : plainColumn(origin, name, values)];
  });
  return table(new Map(plain), names);
}

/** Any table as one of arquero's, with plain columns. */
export function plainTable(origin: string, given: Table): ColumnTable {
  return tableOf(origin, new Map(given.columnNames().map((name) => [name, given.array(name)])), {});
}

/** The values of a column as one of the arrays that there are; refuses mixtures. */
function plainColumn(origin: string, name: string, values: ArrayLike<unknown>): ArrayLike<unknown> {
  const tag = tagOf(values);
  if (tag === "Float64Array" || tag === "Int32Array") return (values as Float64Array).slice();
  let kind: string | undefined;
  for (let row = 0; row < values.length; row++) {
    const found = kindOf(values[row]);
    if (found === undefined) continue;
    check(
      isPlain(found),
      () =>
        `${origin}: column ${show(name)} has ${found === "object" ? "an object" : `a value of ${found}`} in row ${row}, ` +
        "expected numbers, booleans, strings or dates; leave it out with select",
    );
    kind ??= found;
    check(
      found === kind,
      () =>
        `${origin}: column ${show(name)} has a ${kind} first and a ${found} in row ${row}; ` +
        `make them the same in the file, or give types: { ${JSON.stringify(name)}: "string" }`,
    );
  }
  if (kind !== undefined && kind !== "number") return Array.from(values, (value) => value ?? null);
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    numbers[row] = value == null ? NaN : Number(value);
    check(
      typeof value !== "bigint" || Number.isSafeInteger(numbers[row]),
      () =>
        `${origin}: column ${show(name)} has ${String(value)} in row ${row}, which no double holds; ` +
        `give types: { ${JSON.stringify(name)}: "string" }`,
    );
  }
  return numbers;
}

/** Values as those of another type, by what they are as text. */
function converted(
  origin: string,
  name: string,
  values: ArrayLike<unknown>,
  type: ColumnType,
): ArrayLike<unknown> {
  const column = createColumn(type, {
    numbers: numberParser(46),
    missing: missingTexts([]),
    decoder: utf8Decoder(),
    hasMissingNumbers: false,
  });
  const encoder = new TextEncoder();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const kind = kindOf(value);
    const bytes = encoder.encode(kind === "Date" ? (value as Date).toISOString() : String(value));
    const expected =
      kind === undefined ? column.pushMissing() : column.push(bytes, 0, bytes.length, true);
    check(
      expected === undefined && (kind === undefined || isPlain(kind)),
      () =>
        `${origin}: column ${show(name)} has ${kind === undefined ? "nothing" : isPlain(kind) ? show(String(value)) : `a value of ${kind}`} in row ${row}, ` +
        `expected ${expected ?? `a ${type}`}; give another type`,
    );
  }
  return column.take();
}

/** Whether tables hold such values. */
export function isPlain(kind: string): boolean {
  return /^(number|boolean|string|Date)$/.test(kind);
}

/** What a value is; undefined where it is missing. */
export function kindOf(value: unknown): string | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) return undefined;
  if (typeof value === "bigint") return "number";
  if (typeof value !== "object") return typeof value;
  const tag = tagOf(value);
  if (tag === "Date") return Number.isNaN((value as Date).getTime()) ? undefined : tag;
  return tag === "Object" ? "object" : tag;
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
