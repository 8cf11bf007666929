const pattern =
  /^(\d{4}|[+-]\d{6})(-?)(\d\d)\2(\d\d)(?:[T ](\d\d)(:?)(\d\d)(?:\6(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * The moment that an ISO 8601 text names, in milliseconds since 1970, or NaN: `2014-10-13`, `20141013T000000`,
 * `2014-10-13 08:30:00.5+02:00`. Without an offset it is read as UTC, so that it is the same on every machine.
 */
export function parseDate(text: string): number {
  const found = pattern.exec(text);
  if (!found) return NaN;
  const [, year, , month, day, hour = "0", , minute = "0", second = "0", fraction = "0", zone] =
    found;
  if (Number(month) < 1 || Number(month) > 12) return NaN;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return NaN;
  const date = new Date(0);
  // Unlike Date.UTC, this takes the years before 100 as they are.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCDate() !== Number(day)) return NaN;
  const milliseconds = Math.floor(Number(fraction.padEnd(3, "0").slice(0, 3)));
  date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? "") ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return NaN;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return date.getTime() + (sign === "-" ? offset : -offset);
}
