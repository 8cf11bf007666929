import { parseDate } from "./date.ts";
import { growing } from "./grow.ts";
import type { Missing } from "./missing.ts";
import type { NumberParser } from "./number.ts";
import type { ColumnType } from "./options.ts";
import { asciiText, textReader } from "./text.ts";

/** Takes the cells of a column, one row after the other. */
export interface Column {
  readonly type: ColumnType;
  /** Takes a cell; says what is expected where it is not that, and takes nothing then. */
  push(bytes: Uint8Array, start: number, end: number, isQuoted: boolean): string | undefined;
  /** Takes a missing value; says what is expected where there may be none. */
  pushMissing(): string | undefined;
  /** All values so far, of which nothing stays here. */
  take(): ArrayLike<unknown>;
}

/** What all columns of a file share. */
export interface Cells {
  readonly numbers: NumberParser;
  readonly missing: Missing;
  /** Of UTF-8; fails where bytes are none. */
  readonly decoder: TextDecoder;
  /** Whether a text for missing values is a number, such as -999. */
  readonly hasMissingNumbers: boolean;
}

/** A column of a given type. */
export function createColumn(type: ColumnType, cells: Cells): Column {
  switch (type) {
    case "number":
      return numberColumn(cells);
    case "integer":
      return integerColumn(cells);
    case "string":
      return stringColumn(cells);
    case "boolean":
      return textColumn("boolean", "true or false", cells, parseBoolean);
    case "date":
      return textColumn("date", "a date such as 2014-10-13 or 20141013T083000Z", cells, (text) => {
        const time = parseDate(text.trim());
        return Number.isNaN(time) ? undefined : new Date(time);
      });
  }
}

/** True or false where a text says so in one of the ways that programs write it. */
export function parseWord(text: string): boolean | undefined {
  if (text === "true" || text === "TRUE" || text === "True") return true;
  if (text === "false" || text === "FALSE" || text === "False") return false;
  return undefined;
}

/** Where a column is said to be of booleans, 1 and 0 are, too. */
function parseBoolean(text: string): boolean | undefined {
  const trimmed = text.trim();
  return trimmed === "1" ? true : trimmed === "0" ? false : parseWord(trimmed);
}

function numberColumn({ numbers, missing, hasMissingNumbers }: Cells): Column {
  const values = growing((length) => new Float64Array(length));
  return {
    type: "number",
    push(bytes, start, end) {
      let value = numbers.parse(bytes, start, end);
      if (value !== value || hasMissingNumbers) {
        if (missing.isTrimmed(bytes, start, end)) value = NaN;
        else if (value !== value) return "a number";
      }
      values.push(value);
      return undefined;
    },
    pushMissing() {
      values.push(NaN);
      return undefined;
    },
    take: () => values.take(),
  };
}

function integerColumn({ numbers, missing }: Cells): Column {
  const values = growing((length) => new Int32Array(length));
  const none = 'a whole number of 32 bits, which cannot be missing as those of type "number" can';
  return {
    type: "integer",
    push(bytes, start, end) {
      if (missing.isTrimmed(bytes, start, end)) return none;
      const value = numbers.parse(bytes, start, end);
      if (value !== (value | 0)) return "a whole number of 32 bits";
      values.push(value);
      return undefined;
    },
    pushMissing: () => none,
    take: () => values.take(),
  };
}

/** Strings. */
export interface StringColumn extends Column {
  /** Takes a string that is there already. */
  pushText(text: string): void;
}

/** A column of strings, in which texts with quotes are never missing. */
export function stringColumn({ missing, decoder }: Cells): StringColumn {
  const read = textReader(decoder);
  let values: (string | null)[] = [];
  return {
    type: "string",
    push(bytes, start, end, isQuoted) {
      if (!isQuoted && missing.is(bytes, start, end)) {
        values.push(null);
        return undefined;
      }
      const text = read(bytes, start, end);
      if (text === undefined) return "text of UTF-8";
      values.push(text);
      return undefined;
    },
    pushText(text) {
      values.push(text);
    },
    pushMissing() {
      values.push(null);
      return undefined;
    },
    take() {
      const all = values;
      values = [];
      return all;
    },
  };
}

function textColumn<T>(
  type: ColumnType,
  expected: string,
  { missing }: Cells,
  parse: (text: string) => T | undefined,
): Column {
  let values: (T | null)[] = [];
  return {
    type,
    push(bytes, start, end) {
      const isMissing = missing.isTrimmed(bytes, start, end);
      const value = isMissing ? null : parse(asciiText(bytes, start, Math.min(end, start + 64)));
      if (value === undefined || end - start > 64) return expected;
      values.push(value);
      return undefined;
    },
    pushMissing() {
      values.push(null);
      return undefined;
    },
    take() {
      const all = values;
      values = [];
      return all;
    },
  };
}
