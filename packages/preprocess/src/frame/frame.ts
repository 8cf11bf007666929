import { check, type Table } from "@nn/core";
import { list, show } from "../show.ts";
import { type Column, columnFrom, takeValues } from "./column.ts";

/** A table on its way through a pipeline. Steps make new frames and leave those that they are given as they are. */
export interface Frame {
  readonly rows: number;
  /** The columns in their order. */
  readonly columns: ReadonlyMap<string, Column>;
  /** For columns that steps have added: the columns that they were made of. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /**
   * Columns that there were in training and cannot be made now, each with the column that the table lacks for it. Rows to
   * predict from lack the target, and need not have columns that nothing asks for.
   */
  readonly lacking: ReadonlyMap<string, string>;
  /** Values that go with the rows without being a column, see `ids`. */
  readonly ids?: Column;
  /** Where rows have gone or moved: which of the rows that the pipeline was given these are. */
  readonly origin?: Int32Array;
}

/** A column by its name. */
export type NamedColumn = readonly [name: string, column: Column];

/** The columns of a table, by default all. Those of `names` that the table does not have are lacking. */
export function frameOf(place: string, table: Table, names?: readonly string[]): Frame {
  check(
    typeof table?.columnNames === "function" && typeof table.array === "function",
    () =>
      `${place}: expected a table such as one of arquero, or tableOf({ … }), got ${show(table)}`,
  );
  const rows = table.numRows();
  const there = new Set<string>();
  for (const name of table.columnNames()) {
    check(!there.has(name), () => `${place}: the table has two columns '${name}'`);
    there.add(name);
  }
  const columns = new Map<string, Column>();
  const lacking = new Map<string, string>();
  for (const name of names ?? there) {
    if (!there.has(name)) {
      lacking.set(name, name);
      continue;
    }
    const values: unknown = table.array(name);
    check(
      isList(values),
      () => `${place}: column '${name}' must be an array of values, got ${show(values)}`,
    );
    check(
      values.length === rows,
      () => `${place}: column '${name}' has ${values.length} values in a table of ${rows} rows`,
    );
    columns.set(name, columnFrom(values));
  }
  return { rows, columns, sources: new Map(), lacking };
}

/** The column of that name, which has to be there. */
export function columnOf(place: string, frame: Frame, name: string): Column {
  const column = frame.columns.get(name);
  check(
    column,
    () => `${place}: there is no column '${name}' here; there are ${list(frame.columns.keys())}`,
  );
  return column;
}

/**
 * Puts columns in the place of one; none at all drops it. Where the frame lacks the column, it lacks `names` afterwards.
 */
export function replaceColumn(
  frame: Frame,
  name: string,
  by: readonly NamedColumn[],
  names: readonly string[] = [name],
): Frame {
  const sources = new Map(frame.sources);
  const from = frame.sources.get(name) ?? [name];
  sources.delete(name);
  if (!frame.columns.has(name)) {
    const lacking = new Map(frame.lacking);
    const reason = frame.lacking.get(name);
    lacking.delete(name);
    if (reason !== undefined) for (const made of names) lacking.set(made, reason);
    return { ...frame, lacking };
  }
  const columns = new Map<string, Column>();
  for (const [other, column] of frame.columns) {
    if (other !== name) columns.set(other, column);
    else
      for (const [made, values] of by) {
        refuseTaken(made !== name && (frame.columns.has(made) || columns.has(made)), made);
        columns.set(made, values);
        if (made !== name || frame.sources.has(name)) sources.set(made, from);
      }
  }
  return { ...frame, columns, sources };
}

/** Gives columns other values, by what is known of each. Those that the frame lacks are passed over. */
export function changeColumns<T>(
  frame: Frame,
  known: Iterable<readonly [name: string, T]>,
  change: (name: string, column: Column, own: T) => Column,
): Frame {
  const columns = new Map(frame.columns);
  for (const [name, own] of known) {
    const column = columns.get(name);
    if (column) columns.set(name, change(name, column, own));
  }
  return { ...frame, columns };
}

/** A column to add: its name, the columns that it is made of, and how. */
export interface AddedColumn {
  readonly name: string;
  readonly from: readonly string[];
  make(): Column;
}

/** Adds columns that are made of others. Those are lacking for which the frame lacks one. */
export function addColumns(frame: Frame, added: Iterable<AddedColumn>): Frame {
  const columns = new Map(frame.columns);
  const sources = new Map(frame.sources);
  const lacking = new Map(frame.lacking);
  for (const { name, from, make } of added) {
    refuseTaken(columns.has(name), name);
    const missing = from.find((one) => !frame.columns.has(one));
    if (missing !== undefined) {
      lacking.set(name, frame.lacking.get(missing) ?? missing);
      continue;
    }
    columns.set(name, make());
    sources.set(name, [...new Set(from.flatMap((one) => frame.sources.get(one) ?? [one]))]);
  }
  return { ...frame, columns, sources, lacking };
}

/** Takes columns out. What is not there stays out. */
export function dropColumns(frame: Frame, names: readonly string[]): Frame {
  const columns = new Map(frame.columns);
  const sources = new Map(frame.sources);
  const lacking = new Map(frame.lacking);
  for (const name of names) for (const map of [columns, sources, lacking]) map.delete(name);
  return { ...frame, columns, sources, lacking };
}

/** The frame without a column that cannot be made, because it lacks `missing` for it. */
export function lack(frame: Frame, name: string, missing: string): Frame {
  const without = dropColumns(frame, [name]);
  const lacking = new Map(without.lacking).set(name, frame.lacking.get(missing) ?? missing);
  return { ...without, lacking };
}

/** Some rows, in the given order. */
export function takeRows(frame: Frame, rows: Int32Array): Frame {
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) columns.set(name, takeValues(column, rows));
  return {
    ...frame,
    rows: rows.length,
    columns,
    origin: frame.origin ? rows.map((row) => frame.origin![row]!) : rows,
    ...(frame.ids && { ids: takeValues(frame.ids, rows) }),
  };
}

function refuseTaken(isTaken: boolean, name: string): void {
  check(
    !isTaken,
    () => `pipeline: there is a column '${name}' already; rename or drop it in a step before`,
  );
}

function isList(values: unknown): values is ArrayLike<unknown> {
  return typeof values === "object" && Number.isInteger(Object(values).length);
}
