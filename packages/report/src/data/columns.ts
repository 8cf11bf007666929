import { check } from "@nn/core";
import { checkList, show } from "../check.ts";

/**
 * The values of a feature, row by row: numbers, dates, words or truth values. Texts that are all dates, as in
 * `2014-10-13` or `20141013T000000`, are dates. `null`, `undefined`, NaN and the infinities are missing: they are left
 * out, and the chart says how many there were.
 */
export type Column = ArrayLike<unknown>;

/** Features by their names, of equal length. */
export interface Columns {
  readonly [name: string]: Column;
}

/** A column as charts need it. */
export interface ReadColumn {
  readonly type: "number" | "date" | "words";
  /** Numbers; milliseconds since 1970; or, for words, their places among the levels. NaN where they are missing. */
  readonly values: Float64Array;
  /** The different words, the most frequent one first. */
  readonly levels: readonly string[];
}

/** Numbers beyond it have no range that double precision can express. */
const largest = 1e300;

/** Finds out what a column holds. */
export function readColumn(name: string, column: Column): ReadColumn {
  checkList(name, column);
  if (ArrayBuffer.isView(column) && typeof column[0] !== "bigint") {
    const values = new Float64Array(column.length);
    for (let row = 0; row < values.length; row++) values[row] = finite(column[row] as number);
    return { type: "number", values, levels: [] };
  }
  const numbers = numbersOf(column);
  if (numbers) return { type: "number", values: numbers, levels: [] };
  const given = Array.from(column);
  const present = given.filter((value) => !isMissing(value));
  const times = given.map((value) => (isMissing(value) ? Number.NaN : timeOf(value)));
  if (times.filter((time) => Number.isFinite(time)).length === present.length)
    return { type: "date", values: Float64Array.from(times), levels: [] };
  return words(given);
}

/** Finds out what a column holds, and refuses words. */
export function readNumbers(name: string, column: Column): ReadColumn {
  const read = readColumn(name, column);
  if (read.levels.every((level) => level === "true" || level === "false") && read.type === "words")
    return {
      type: "number",
      values: read.values.map((level) =>
        Number.isNaN(level) ? level : Number(read.levels[level] === "true"),
      ),
      levels: [],
    };
  check(
    read.type !== "words",
    () => `${name} must be numbers or dates, got words such as ${show(read.levels[0])}`,
  );
  return read;
}

/** Refuses columns that are not of the same length. */
export function checkLengths(name: string, columns: Columns): void {
  const [[first, { length }] = ["", { length: 0 }], ...others] = Object.entries(columns);
  for (const [other, column] of others)
    check(
      column.length === length,
      () =>
        `${name}: columns must have a value for each row, got ${length} of '${first}' and ${column.length} of '${other}'`,
    );
}

/** The least and the greatest of numbers that are not NaN; NaN where there are none. */
export function rangeOf(values: Iterable<number>): [least: number, greatest: number] {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least <= greatest ? [least, greatest] : [Number.NaN, Number.NaN];
}

function words(given: readonly unknown[]): ReadColumn {
  const counts = new Map<string, number>();
  const texts = given.map((value) => (isMissing(value) ? undefined : String(value)));
  for (const text of texts) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  const levels = [...counts]
    .toSorted(([a, i], [b, j]) => j - i || (a < b ? -1 : 1))
    .map(([level]) => level);
  const places = new Map(levels.map((level, place) => [level, place]));
  const values = Float64Array.from(texts, (text) => places.get(text ?? "") ?? Number.NaN);
  texts.forEach((text, row) => text === undefined && (values[row] = Number.NaN));
  return { type: "words", values, levels };
}

function isMissing(value: unknown): boolean {
  return value == null || (typeof value === "number" && Number.isNaN(finite(value)));
}

/** The values of a column of nothing but numbers and missing values. */
function numbersOf(column: Column): Float64Array | undefined {
  const values = new Float64Array(column.length);
  for (let row = 0; row < values.length; row++) {
    const value = column[row];
    if (typeof value === "number") values[row] = finite(value);
    else if (value == null) values[row] = Number.NaN;
    else if (typeof value === "bigint") values[row] = finite(Number(value));
    else return undefined;
  }
  return values;
}

function finite(value: number): number {
  return Math.abs(value) <= largest ? value : Number.NaN;
}

function timeOf(value: unknown): number {
  if (Object.prototype.toString.call(value) === "[object Date]") return Number(value);
  const [, year, month, day, time = ""] =
    (typeof value === "string" && /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](.*))?$/.exec(value)) || [];
  if (year === undefined) return Number.NaN;
  const clock = time.replace(/^(\d{2})(\d{2})(\d{2})/, "$1:$2:$3") || "00:00:00";
  const zone = /(Z|[-+]\d{2}:?\d{2})$/.test(clock) ? "" : "Z";
  return Date.parse(`${year}-${month}-${day}T${clock}${zone}`);
}
