import { check } from "@nn/core";
import type { DataSet, RowsTree } from "../data/data.ts";
import { code } from "../data/labels.ts";
import { countRows } from "../data/rows-tree.ts";
import { shuffled } from "../data/shuffle.ts";
import { assignClasses, assignGroups } from "./assign.ts";
import { type Sizes, sizesOf, type SplitOptions } from "./options.ts";
import { takeRows } from "../data/take-rows.ts";

/** Row numbers of each part; of a part that was not asked for, none. */
export interface RowSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** The training part of some data and those that were asked for. */
export type DataSplit<T, Options extends SplitOptions> = { readonly train: T } & {
  readonly [Part in keyof Pick<Options, Extract<keyof Options, "validation" | "test">>]: T;
};

/** Parts in the order in which they are filled, the one for training last. */
const parts = ["test", "validation", "train"] as const;

/**
 * Divides the numbers of rows, 0 to rows - 1, into those for training, validation and test. At random unless the
 * options say otherwise, and always the same for the same seed. Numbers are in ascending order within a part, or in
 * the order of time.
 *
 * - `labels`: every part has the classes in the proportions of the whole, but each at least once; a class with fewer
 *   rows than there are parts is an error.
 * - `groups`: groups are drawn at random and stay whole. A part gets those that fit, and one more where that brings it
 *   nearer to its size.
 * - `times`: oldest rows first, nothing is shuffled. Where `train` takes fewer rows than there are, it has the last of
 *   them.
 *
 * ```ts
 * splitRows(1000, { validation: 0.1, test: 200, seed: 7 });
 * splitRows(species.length, { test: 0.2, labels: species });
 * splitRows(days.length, { test: 0.2, times: days, gap: 7 });
 * ```
 */
export function splitRows(rows: number, options: SplitOptions): RowSplit {
  return divide("splitRows", rows, options);
}

/**
 * Divides data as `splitRows` does its row numbers: a data set, or any examples. See `takeRows` for what is copied.
 *
 * ```ts
 * const { train, validation } = splitData({ inputs, targets }, { validation: 0.2, labels: targets });
 * await fit({ data: train, validation, … });
 * ```
 */
export function splitData<T extends RowsTree | DataSet, const Options extends SplitOptions>(
  data: T,
  options: Options,
): DataSplit<T, Options> {
  const rows = divide("splitData", countRows("splitData: data", data), options);
  const named = parts
    .filter((part) => rows[part].length > 0)
    .map((part) => [part, takeRows(data, rows[part])]);
  return Object.fromEntries(named) as DataSplit<T, Options>;
}

function divide(name: string, rows: number, options: SplitOptions): RowSplit {
  const sizes = sizesOf(name, rows, options);
  const { labels, groups, times, seed = 0 } = options;
  if (times !== undefined) return byTime(name, rows, sizes, options);
  const order = shuffled(rows, seed, -1);
  const wanted = [...parts.map((part) => sizes[part]), sizes.rest];
  const assigned =
    labels !== undefined
      ? assignClasses(`${name}: labels`, order, code(`${name}: labels`, labels, rows), wanted)
      : groups !== undefined
        ? assignGroups(`${name}: groups`, seed, code(`${name}: groups`, groups, rows), wanted)
        : inRuns(order, wanted);
  const rowsOf = (part: number): Int32Array =>
    Int32Array.from(assigned.keys()).filter((row) => assigned[row] === part);
  return { train: rowsOf(2), validation: rowsOf(1), test: rowsOf(0) };
}

/** The part of every row, by its number, where parts follow each other in the given order. */
function inRuns(order: Int32Array, wanted: readonly number[]): Int32Array {
  const assigned = new Int32Array(order.length);
  let at = 0;
  for (const [part, size] of wanted.entries())
    for (const end = at + size; at < end; at++) assigned[order[at]!] = part;
  return assigned;
}

function byTime(
  name: string,
  rows: number,
  { train, validation, test }: Sizes,
  { times, gap = 0 }: SplitOptions,
): RowSplit {
  const order = times === true ? undefined : inTime(name, rows, times!);
  const range = (from: number, to: number): Int32Array =>
    Int32Array.from({ length: to - from }, (_, i) => order?.[from + i] ?? from + i);
  const testFrom = rows - test;
  const validationTo = test > 0 ? testFrom - gap : rows;
  const validationFrom = validationTo - validation;
  const trainTo = validation > 0 ? validationFrom - gap : validationTo;
  return {
    train: range(trainTo - train, trainTo),
    validation: range(validationFrom, validationTo),
    test: range(testFrom, rows),
  };
}

/** Row numbers by time, equal times in the order of rows. */
function inTime(
  name: string,
  rows: number,
  times: ArrayLike<number | string | Date>,
): readonly number[] {
  check(
    typeof times === "object" && times?.length === rows,
    () =>
      `${name}: times: expected one a row, ${rows} in all, got ${times?.length ?? String(times)}`,
  );
  const values = Array.from(times, (time) => (typeof time === "object" ? time?.valueOf() : time));
  const kind = typeof values[0];
  const isTime = (value: unknown): boolean =>
    typeof value === kind && (kind === "string" || Number.isFinite(value));
  const at = values.findIndex((value) => !isTime(value));
  check(
    at < 0,
    () =>
      `${name}: times: row ${at} has ${String(times[at])}; expected numbers, dates or strings, all of one kind`,
  );
  return Array.from(values.keys()).sort((a, b) =>
    values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b,
  );
}
