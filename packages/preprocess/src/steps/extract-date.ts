import { check } from "@nn/core";
import { checked, type Expected, flag, text } from "../arguments.ts";
import { type DateReader, dateReader, isoReader } from "../dates.ts";
import { type Column, isDate, isMissing, numbersFrom } from "../frame/column.ts";
import { type AddedColumn, addColumns, columnOf } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { show } from "../show.ts";
import { refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/**
 * A number in a date: the year; the month from 1; the day of the month; the weekday from 1 for Monday; the day of the year
 * from 1; the hour; the timestamp, which is seconds since 1970. All are those of UTC.
 */
export type DatePart = "year" | "month" | "day" | "weekday" | "dayOfYear" | "hour" | "timestamp";

/** What can be chosen for `extractDate`. */
export interface ExtractDateOptions {
  /**
   * How dates are written, such as "DD.MM.YYYY" or "MMM D, YY h:mm A":
   * - YYYY, or YY for 1969 to 2068; MM or M, or the English names MMM (Oct) and MMMM (October); DD or D;
   * - HH or H, or hh or h with A for am and pm; mm, ss and SSS.
   *
   * One letter is for numbers without zeros in front. Everything else stands for itself, and so do letters in brackets:
   * "H[h]mm". By default as in ISO 8601, with dashes (2014-10-13, 2014-10-13T08:30:00Z) or without (20141013T083000).
   */
  readonly format?: string;
  /**
   * Whether parts that come round again become a sine and a cosine, so that December is next to January: the month as
   * `date_month_sin` and `date_month_cos`. Year and timestamp remain as they are. false by default.
   */
  readonly cyclical?: boolean;
}

const day = 86_400_000;

/** How each part is made of a time; `turn` is how much of it goes round, and `first` where it begins. */
const parts: {
  readonly [name in DatePart]: {
    readonly of: (date: Date) => number;
    readonly first?: number;
    readonly turn?: number;
  };
} = {
  year: { of: (date) => date.getUTCFullYear() },
  month: { of: (date) => date.getUTCMonth() + 1, first: 1, turn: 12 },
  day: { of: (date) => date.getUTCDate(), first: 1, turn: 31 },
  weekday: { of: (date) => ((date.getUTCDay() + 6) % 7) + 1, first: 1, turn: 7 },
  dayOfYear: {
    of: (date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / day) + 1,
    first: 1,
    turn: 366,
  },
  hour: { of: (date) => date.getUTCHours(), first: 0, turn: 24 },
  timestamp: { of: (date) => date.getTime() / 1000 },
};

const format: Expected = [(value) => text[0](value) && value !== "", 'a text such as "DD.MM.YYYY"'];

/**
 * Adds numbers from dates, which are texts or Dates: from `date` the columns `date_month`, `date_timestamp` and so on. The
 * dates stay, see `drop`. A missing date makes missing numbers; one that cannot be read is refused.
 *
 * ```ts
 * extractDate("date", ["month", "timestamp"]);
 * extractDate("sold", ["weekday"], { format: "D.M.YYYY", cyclical: true });
 * ```
 */
export function extractDate(
  column: string,
  wanted: readonly DatePart[],
  options: ExtractDateOptions = {},
): Step {
  const name = "extractDate";
  check(
    typeof column === "string",
    () => `${name}: expected the name of a column, got ${show(column)}`,
  );
  check(
    isParts(wanted),
    () =>
      `${name}: expected a list of ${Object.keys(parts).join(", ")}, each once, got ${show(wanted)}`,
  );
  const { format: written, cyclical = false } = checked<ExtractDateOptions>(name, options, {
    format,
    cyclical: flag,
  });
  const read = written === undefined ? isoReader() : dateReader(name, written);
  return {
    kind: kindOf(name),
    config: { column, parts: wanted, ...options },
    fit(frame) {
      columnOf(name, frame, column);
      return null;
    },
    fitted(state) {
      refuseState(name, state, state === null);
      return {
        transform(frame) {
          const values = frame.columns.get(column) ?? [];
          const times = timesOf(column, values, read, written);
          const added = wanted.flatMap((part): AddedColumn[] => {
            const { of, first = 0, turn } = parts[part];
            const made = (suffix: string, map: (value: number) => number): AddedColumn => ({
              name: `${column}_${part}${suffix}`,
              from: [column],
              make: () => times.map((time) => map(of(new Date(time)))),
            });
            if (!cyclical || turn === undefined) return [made("", (value) => value)];
            const angle = (value: number): number => (2 * Math.PI * (value - first)) / turn;
            return [
              made("_sin", (value) => Math.sin(angle(value))),
              made("_cos", (value) => Math.cos(angle(value))),
            ];
          });
          return addColumns(frame, added);
        },
      };
    },
  };
}

function timesOf(
  name: string,
  values: Column,
  read: DateReader,
  written: string | undefined,
): Float64Array {
  // Many rows have the same few dates, mostly.
  const known = new Map<string, number>();
  const readOnce = (text: string): number => {
    let time = known.get(text);
    if (time === undefined) {
      time = read(text);
      if (known.size < 10_000) known.set(text, time);
    }
    return time;
  };
  return numbersFrom<unknown>(values, (value, row) => {
    if (isMissing(value)) return Number.NaN;
    const time =
      typeof value === "string" ? readOnce(value) : isDate(value) ? value.getTime() : Number.NaN;
    check(
      !Number.isNaN(time),
      () =>
        `extractDate: column '${name}' has ${show(value)} in row ${row}, which is no date ` +
        (written === undefined
          ? 'such as 2014-10-13; say how dates are written with { format: "DD.MM.YYYY" }'
          : `written as ${written}`),
    );
    return time;
  });
}

function isParts(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => Object.hasOwn(parts, part)) &&
    new Set(value).size === value.length
  );
}
