import { type Backend, check, type Table } from "@nn/core";
import type { DataSet } from "@nn/trainer";
import { setSource, type Source, type SourceOptions } from "./data/source.ts";
import { tableSource } from "./data/table-source.ts";
import type { Place } from "./job/job.ts";
import { checkOptions } from "./check-k-fold.ts";
import { newOpenFolds, type OpenFolds } from "./open-folds.ts";
import type { AnyOptions } from "./options.ts";
import { kFolds } from "./splitters/k-folds.ts";
import type { Split, Splitter } from "./splitters/splitter.ts";

/** What there is to do, on one backend. */
export interface Plan {
  /** With the backend that it is done on. */
  readonly options: AnyOptions;
  readonly source: Source;
  readonly splits: readonly Split[];
  /** What was prepared there of the folds. */
  readonly open: OpenFolds;
  /** How many models to train for each. */
  readonly members: number;
  /** Where folds run, if not here. */
  readonly place: Place | undefined;
  readonly seed: number;
}

/** One model of one fold. */
export interface FoldRun {
  readonly fold: number;
  readonly member: number;
}

/** Checks the options, and gives what puts the data on a backend, and plans what to do there: each time the same. */
export function planner(options: AnyOptions): (backend: Backend) => Promise<Plan> {
  checkOptions(options);
  const { folds = 5, members = 1, seed = 0, dtype = "f32", lint = true } = options;
  const splitter = typeof folds === "object" ? folds : kFolds({ folds });
  const how: SourceOptions = { dtype, lint, linted: new Set() };
  let splits: readonly Split[] | undefined;
  return async (backend) => {
    const source = await sourceOf(backend, options, how);
    try {
      splits ??= splitsOf(splitter, source, seed);
    } catch (error) {
      source.release();
      throw error;
    }
    return {
      options: { ...options, backend },
      source,
      splits,
      open: newOpenFolds(source, splits),
      members,
      place: placeOf(options),
      seed,
    };
  };
}

async function sourceOf(
  backend: Backend,
  options: AnyOptions,
  how: SourceOptions,
): Promise<Source> {
  const { data, pipeline, target, ids, weights } = options;
  if (isTable(data)) {
    const targets = [target ?? []].flat();
    check(
      targets.length > 0 && targets.every((name) => typeof name === "string"),
      () =>
        `kFold: target must name the columns of the table to predict, as in "price", got ${String(target)}`,
    );
    const repeated = targets.find((name, i) => targets.indexOf(name) < i);
    check(repeated === undefined, () => `kFold: target '${repeated}' is named twice`);
    check(
      pipeline === undefined || typeof pipeline.fit === "function",
      () => `kFold: pipeline must be a transform with a fit(table), got ${String(pipeline)}`,
    );
    return tableSource(backend, data, { ...how, pipeline, targets, ids, weights });
  }
  check(
    !("blocks" in Object(data)),
    () => "kFold: rows of a stream cannot be taken by their numbers; pass a data set or a table",
  );
  for (const [name, value] of Object.entries({ pipeline, target, ids, weights }))
    check(
      value === undefined,
      () =>
        `kFold: ${name} is for data in a table; ` +
        (name === "weights"
          ? "give data { inputs, targets, weights }"
          : "make one of columns with tableOf()"),
    );
  return setSource(backend, data, how);
}

/** Whether it is a table, and not examples as `fit` takes them. */
export function isTable(data: DataSet | Table): data is Table {
  return typeof (data as Partial<Table> | undefined)?.numRows === "function";
}

function placeOf({ executor, entry, threads }: AnyOptions): Place | undefined {
  if (!executor) return undefined;
  return { executor, entry: String(entry), ...(threads !== undefined && { threads }) };
}

function splitsOf(splitter: Splitter, { rows, column }: Source, seed: number): readonly Split[] {
  const splits = splitter.split({ rows, seed, ...(column && { column }) });
  checkSplits(splitter, splits, rows);
  return splits.map(typed);
}

/**
 * Refuses splits that would train on nothing, or judge by rows that were trained on, or by one several times. Rows may be
 * trained on several times.
 */
function checkSplits({ kind }: Splitter, splits: readonly Split[], rows: number): void {
  check(splits?.length >= 1, () => `kFold: ${kind} gave no folds`);
  for (const [fold, split] of splits.entries()) {
    const isTaken = new Uint8Array(rows);
    for (const side of ["train", "validation"] as const) {
      const numbers = split?.[side];
      check(
        Number.isSafeInteger(numbers?.length),
        () =>
          `kFold: fold ${fold} of ${kind} has no row numbers for ${side}, but ${String(numbers)}`,
      );
      check(numbers.length > 0, () => `kFold: fold ${fold} of ${kind} has no rows for ${side}`);
      for (const row of numbers) {
        check(
          Number.isInteger(row) && row >= 0 && row < rows,
          () => `kFold: fold ${fold} of ${kind} has row ${row} for ${side}, among ${rows} rows`,
        );
        check(
          side === "train" || !isTaken[row],
          () =>
            `kFold: fold ${fold} of ${kind} has row ${row} for ` +
            (split.train.includes(row) ? "train and for validation" : "validation twice"),
        );
        isTaken[row] = 1;
      }
    }
  }
}

/** The numbers as they should be, where a splitter without types gives plain arrays. */
function typed({ train, validation }: Split): Split {
  return { train: Int32Array.from(train), validation: Int32Array.from(validation) };
}
