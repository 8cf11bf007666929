import type { Table } from "@nn/core";

/** What a column is like. */
export interface Surveyed {
  readonly name: string;
  readonly type: "number" | "boolean" | "string";
  readonly rows: number;
  readonly missing: number;
  /** How many different values there are. */
  readonly distinct: number;
  /** Of numbers: whether all are whole, their range, and how far they lean (Fisher's skewness). */
  readonly isWhole: boolean;
  readonly minimum: number;
  readonly maximum: number;
  readonly skewness: number;
  /** Of texts and truth values, and of numbers where there are two: how often each stands there. */
  readonly levels: ReadonlyMap<string, number>;
  /** Of texts that are all dates: how they are written; empty for ISO 8601. */
  readonly dateFormat: string | undefined;
  /** Whether the next row has the same or a greater value throughout, as numbers of rows do. */
  readonly isAscending: boolean;
}

/** How dates are written, and texts that are some. The month comes first where both orders would do. */
const dateForms: readonly (readonly [format: string, pattern: RegExp])[] = [
  [
    "",
    /^\d{4}-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])([T ]\d\d:?\d\d(:?\d\d(\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?$/,
  ],
  ["M/D/YYYY", /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/\d{4}$/],
  ["D/M/YYYY", /^(0?[1-9]|[12]\d|3[01])\/(0?[1-9]|1[0-2])\/\d{4}$/],
  ["D.M.YYYY", /^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.\d{4}$/],
  ["YYYY/M/D", /^\d{4}\/(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])$/],
];

/** Looks at all columns of a table. */
export function survey(table: Table): readonly Surveyed[] {
  return table.columnNames().map((name) => surveyColumn(name, table.array(name)));
}

function surveyColumn(name: string, values: ArrayLike<unknown>): Surveyed {
  const all = Array.from(values);
  const present = all.filter((value) => value != null && !Number.isNaN(value));
  const missing = all.length - present.length;
  const distinct = new Set(present).size;
  const areAll = (type: string): boolean =>
    present.length > 0 && present.every((value) => typeof value === type);
  const isNumbers = areAll("number");
  const isBooleans = areAll("boolean");
  const isTexts = !isNumbers && !isBooleans;
  const texts = isNumbers && distinct > 2 ? [] : present.map(String);
  return {
    name,
    rows: all.length,
    missing,
    distinct,
    type: isNumbers ? "number" : isBooleans ? "boolean" : "string",
    ...numbers(isNumbers ? (present as readonly number[]) : []),
    levels: countsOf(texts),
    dateFormat: isTexts ? dateFormatOf(texts) : undefined,
  };
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function numbers(
  values: readonly number[],
): Pick<Surveyed, "isWhole" | "minimum" | "maximum" | "skewness" | "isAscending"> {
  let [minimum, maximum, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  const mean = sum / values.length;
  let [square, cube] = [0, 0];
  for (const value of values) {
    square += (value - mean) ** 2;
    cube += (value - mean) ** 3;
  }
  const deviation = Math.sqrt(square / values.length);
  return {
    isWhole: values.every((value) => Number.isInteger(value)),
    minimum,
    maximum,
    skewness: deviation > 0 ? cube / values.length / deviation ** 3 : 0,
    isAscending: values.every((value, i) => i === 0 || value >= values[i - 1]!),
  };
}

function dateFormatOf(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  return dateForms.find(([, pattern]) => texts.every((text) => pattern.test(text)))?.[0];
}
