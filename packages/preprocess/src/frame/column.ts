import { check, TensorError } from "@nn/core";
import { show } from "../show.ts";

/**
 * The values of a column. Numbers are a Float64Array in which NaN stands for what is missing; everything else is a list, in
 * which null, undefined and NaN do. Nobody writes to a column after it has been made.
 */
export type Column = Float64Array | readonly unknown[];

/** What is in a column: numbers, texts, booleans or dates alone, or anything else. */
export type ColumnType = "number" | "string" | "boolean" | "date" | "other";

/** Whether a value stands for a missing one. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** A column of the values that a table has. Numbers in lists are copied to an array of their own, once. */
export function columnFrom(values: ArrayLike<unknown>): Column {
  if (values instanceof Float64Array) return values;
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value === "number") numbers[row] = value;
    else if (typeof value === "bigint" && Number.isSafeInteger(Number(value)))
      numbers[row] = Number(value);
    else if (isMissing(value)) numbers[row] = Number.NaN;
    else return Array.isArray(values) ? values : Array.from(values);
  }
  return numbers;
}

/** What is in a column. */
export function typeOf(column: Column): ColumnType {
  if (column instanceof Float64Array) return "number";
  const types = new Set<string>();
  for (const value of column) if (!isMissing(value)) types.add(typeOfValue(value));
  const [only = "other"] = types;
  return types.size === 1 ? (only as ColumnType) : "other";
}

function typeOfValue(value: unknown): ColumnType {
  if (isDate(value)) return "date";
  const type = typeof value;
  return type === "number" || type === "string" || type === "boolean" ? type : "other";
}

/** Whether a value is a Date, of whatever realm. */
export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** A column as numbers. Booleans count as 0 and 1, missing values are NaN, and everything else is refused. */
export function numbersOf(place: string, name: string, column: Column): Float64Array {
  if (column instanceof Float64Array) return column;
  return numbersFrom(column, (value, row) => {
    if (isMissing(value)) return Number.NaN;
    check(
      typeof value === "number" || typeof value === "boolean",
      () =>
        `${place}: column '${name}' has ${show(value)} in row ${row}, which is no number; leave the column out with ` +
        "except(…), or make numbers of it in a step before",
    );
    return Number(value);
  });
}

/** A number for each value. `Float64Array.from` takes several times as long, as it makes a list first. */
export function numbersFrom<T>(
  values: ArrayLike<T>,
  of: (value: T, row: number) => number,
): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) numbers[row] = of(values[row]!, row);
  return numbers;
}

/** From a column to another of as many rows, in which missing values remain missing. */
export type ColumnMap = (values: Float64Array) => Float64Array;

/** Gives each value to a function, of which NaN makes NaN. */
export function each(map: (value: number) => number): ColumnMap {
  return (values) => {
    const result = new Float64Array(values.length);
    for (let row = 0; row < values.length; row++) result[row] = map(values[row]!);
    return result;
  };
}

/** What a map makes of a column. Refuses what is not finite, unless it was missing before. */
export function mapNumbers(
  place: string,
  name: string,
  values: Float64Array,
  map: ColumnMap,
): Float64Array {
  const result = map(values);
  for (let row = 0; row < values.length; row++) {
    const made = result[row]!;
    // Only of what is not finite is the distance to itself another number than 0.
    if (made - made !== 0 && !Number.isNaN(values[row]))
      refuse(place, name, values[row]!, made, row);
  }
  return result;
}

function refuse(place: string, name: string, value: number, mapped: number, row: number): never {
  throw new TensorError(
    `${place}: column '${name}' has ${value} in row ${row}, of which it would make ${mapped}; clip or replace such values ` +
      "in a step before",
  );
}

/** The numbers that are not missing, to learn from. There has to be one, and all have to be finite. */
export function knownNumbers(place: string, name: string, values: Float64Array): Float64Array {
  let missing = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value - value === 0) continue;
    check(
      Number.isNaN(value),
      () => `${place}: column '${name}' has ${value} in row ${row}; replace it in a step before`,
    );
    missing++;
  }
  check(
    missing < values.length,
    () =>
      `${place}: column '${name}' has no value to learn from among ${values.length} rows; drop it`,
  );
  if (missing === 0) return values;
  const known = new Float64Array(values.length - missing);
  let at = 0;
  for (let row = 0; row < values.length; row++)
    if (!Number.isNaN(values[row])) known[at++] = values[row]!;
  return known;
}

/** Some values of a column, in the given order. */
export function takeValues(column: Column, rows: Int32Array): Column {
  if (column instanceof Float64Array) return numbersFrom(rows, (row) => column[row]!);
  return Array.from({ length: rows.length }, (_, at) => column[rows[at]!]);
}
