import { check } from "@nn/core";

/** Reads a date to milliseconds since 1970 in UTC, or NaN where the text is none. */
export type DateReader = (text: string) => number;

/** What a date is made of. */
interface Fields {
  year: number;
  /** From 1, like the day. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** Hours to add to those of a clock with twelve. */
  half: number;
}

/** Reads a piece of a format at a place in a text. Returns the place behind it, or -1. */
type Piece = (text: string, at: number, found: Fields) => number;

const monthNames =
  "january february march april may june july august september october november december".split(
    " ",
  );

const tokens: { readonly [token: string]: readonly [field: keyof Fields, read: Piece] } = {
  YYYY: digits("year", 4, 4),
  YY: digits("year", 2, 2, (year) => year + (year < 69 ? 2000 : 1900)),
  MMMM: names("month", monthNames, 1),
  MMM: names(
    "month",
    monthNames.map((name) => name.slice(0, 3)),
    1,
  ),
  MM: digits("month", 2, 2),
  M: digits("month", 1, 2),
  DD: digits("day", 2, 2),
  D: digits("day", 1, 2),
  HH: digits("hour", 2, 2),
  H: digits("hour", 1, 2),
  hh: digits("hour", 2, 2, onClock),
  h: digits("hour", 1, 2, onClock),
  A: names("half", ["am", "pm"], 0, 12),
  mm: digits("minute", 2, 2),
  ss: digits("second", 2, 2),
  SSS: digits("millisecond", 3, 3),
};

/**
 * A reader for a format of YYYY or YY, MM, M, MMM (Jan) or MMMM (January), DD or D, HH or H, hh or h with A (AM, pm), mm,
 * ss and SSS; everything else stands for itself, and so does what is in brackets. Dates that there are not, such as the
 * 30th of February, are none.
 */
export function dateReader(place: string, format: string): DateReader {
  const used: (keyof Fields)[] = [];
  const pieces: Piece[] = [];
  let hasClock = false;
  for (const [token, quoted] of format.matchAll(
    /\[([^\]]*)\]|YYYY|YY|M{1,4}|DD?|HH?|hh?|A|mm|ss|SSS|[^]/g,
  )) {
    const known = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    if (known) used.push(known[0]);
    hasClock ||= token === "hh" || token === "h";
    pieces.push(known?.[1] ?? literal(quoted ?? token));
  }
  check(
    used.includes("year") &&
      new Set(used).size === used.length &&
      hasClock === used.includes("half"),
    () =>
      `${place}: a format needs YYYY or YY, each part of the date once at most, and A with hh or h, as in ` +
      `"DD.MM.YYYY" or "MMM D, YY h:mm A", got "${format}"`,
  );
  return (text) => {
    const found: Fields = {
      year: 0,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      millisecond: 0,
      half: 0,
    };
    let at = 0;
    for (const piece of pieces) {
      at = piece(text, at, found);
      if (at < 0) return Number.NaN;
    }
    return at === text.length ? timeOf(found) : Number.NaN;
  };
}

const basic = ["YYYYMMDD", "YYYYMMDD[T]HHmmss"];
const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A reader for dates as ISO 8601 has them, with or without dashes. Where there is no offset, times are UTC. */
export function isoReader(): DateReader {
  const readers = basic.map((format) => dateReader("isoReader", format));
  const day = dateReader("isoReader", "YYYY-MM-DD");
  return (text) => {
    const match = iso.exec(text);
    if (!match)
      return readers.map((read) => read(text)).find((time) => !Number.isNaN(time)) ?? Number.NaN;
    const date = day(text.slice(0, 10));
    if (text.length === 10 || Number.isNaN(date)) return date;
    return Date.parse(text.replace(" ", "T") + (match[1] ? "" : "Z"));
  };
}

function literal(expected: string): Piece {
  return (text, at) => (text.startsWith(expected, at) ? at + expected.length : -1);
}

/** As many digits as there are, from `least` to `most`; `of` says what they mean. */
function digits(
  field: keyof Fields,
  least: number,
  most: number,
  of: (value: number) => number = (value) => value,
): readonly [keyof Fields, Piece] {
  const read: Piece = (text, from, found) => {
    let at = from;
    let value = 0;
    for (; at - from < most; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    if (at - from < least) return -1;
    found[field] = of(value);
    return at;
  };
  return [field, read];
}

/** One of some names, in letters of either case, for numbers that begin with `first`. */
function names(
  field: keyof Fields,
  known: readonly string[],
  first: number,
  step = 1,
): readonly [keyof Fields, Piece] {
  const read: Piece = (text, at, found) => {
    const number = known.findIndex(
      (name) => text.slice(at, at + name.length).toLowerCase() === name,
    );
    if (number < 0) return -1;
    found[field] = first + number * step;
    return at + known[number]!.length;
  };
  return [field, read];
}

/** Twelve o'clock is where a half of the day begins; beyond, there is nothing. */
function onClock(hour: number): number {
  return hour >= 1 && hour <= 12 ? hour % 12 : Number.NaN;
}

function timeOf({ year, month, day, hour, minute, second, millisecond, half }: Fields): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour + half, minute, second, millisecond);
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return isReal ? date.getTime() : Number.NaN;
}
