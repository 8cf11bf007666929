import { check } from "@nn/core";

/** Reads a date to milliseconds since 1970 in UTC, or NaN where the text is none. */
export type DateReader = (text: string) => number;

/** Year, month, day, hour, minute, second, millisecond. */
type Fields = [number, number, number, number, number, number, number];

/** What a piece of a format reads: digits of a field, as few and as many as may be, or a text as it is. */
type Piece =
  | { readonly field: number; readonly least: number; readonly most: number }
  | { readonly literal: string };

const digits: { readonly [token: string]: Piece } = {
  YYYY: { field: 0, least: 4, most: 4 },
  MM: { field: 1, least: 2, most: 2 },
  M: { field: 1, least: 1, most: 2 },
  DD: { field: 2, least: 2, most: 2 },
  D: { field: 2, least: 1, most: 2 },
  HH: { field: 3, least: 2, most: 2 },
  H: { field: 3, least: 1, most: 2 },
  mm: { field: 4, least: 2, most: 2 },
  ss: { field: 5, least: 2, most: 2 },
  SSS: { field: 6, least: 3, most: 3 },
};

/**
 * A reader for a format of YYYY, MM or M, DD or D, HH or H, mm, ss and SSS; everything else stands for itself. Dates that
 * there are not, such as the 30th of February, are none.
 */
export function dateReader(place: string, format: string): DateReader {
  const pieces: Piece[] = (format.match(/YYYY|MM?|DD?|HH?|mm|ss|SSS|[^]/g) ?? []).map(
    (token) => digits[token] ?? { literal: token },
  );
  const used = pieces.flatMap((piece) => ("field" in piece ? [piece.field] : []));
  check(
    used.includes(0) && new Set(used).size === used.length,
    () =>
      `${place}: a format needs YYYY, and each of MM, DD, HH, mm, ss and SSS once at most, as in "DD.MM.YYYY", got ` +
      `"${format}"`,
  );
  return (text) => {
    const found: Fields = [0, 1, 1, 0, 0, 0, 0];
    let at = 0;
    for (const piece of pieces) {
      if ("literal" in piece) {
        if (text[at] !== piece.literal) return Number.NaN;
        at += 1;
        continue;
      }
      const from = at;
      let value = 0;
      while (at - from < piece.most && isDigit(text, at)) value = value * 10 + Number(text[at++]);
      if (at - from < piece.least) return Number.NaN;
      found[piece.field] = value;
    }
    return at === text.length ? timeOf(found) : Number.NaN;
  };
}

const basic = ["YYYYMMDD", "YYYYMMDDTHHmmss"];
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

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function timeOf([year, month, day, hour, minute, second, millisecond]: Fields): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, millisecond);
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return isReal ? date.getTime() : Number.NaN;
}
