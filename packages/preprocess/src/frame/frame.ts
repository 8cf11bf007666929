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
  const there = table.columnNames();
  const columns = new Map<string, Column>();
  const lacking = new Map<string, string>();
  for (const name of names ?? there) {
    check(!columns.has(name), () => `${place}: the table has two columns '${name}'`);
    if (!there.includes(name)) {
      lacking.set(name, name);
      continue;
    }
    const column = columnFrom(table.array(name));
    check(
      column.length === rows,
      () => `${place}: column '${name}' has ${column.length} values in a table of ${rows} rows`,
    );
    columns.set(name, column);
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
        refuseTaken(frame, made, name);
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

/** Adds columns that were made of others. */
export function addColumns(
  frame: Frame,
  added: readonly NamedColumn[],
  madeOf: readonly string[],
): Frame {
  const columns = new Map(frame.columns);
  const sources = new Map(frame.sources);
  const roots = [...new Set(madeOf.flatMap((name) => frame.sources.get(name) ?? [name]))];
  for (const [name, column] of added) {
    refuseTaken(frame, name);
    columns.set(name, column);
    sources.set(name, roots);
  }
  return { ...frame, columns, sources };
}

/** Takes columns out. What is not there stays out. */
export function dropColumns(frame: Frame, names: readonly string[]): Frame {
  const columns = new Map(frame.columns);
  const sources = new Map(frame.sources);
  const lacking = new Map(frame.lacking);
  for (const name of names) for (const map of [columns, sources, lacking]) map.delete(name);
  return { ...frame, columns, sources, lacking };
}

/** The frame without columns that cannot be made, because it lacks `missing` for them. */
export function lack(frame: Frame, names: readonly string[], missing: string): Frame {
  const without = dropColumns(frame, names);
  const lacking = new Map(without.lacking);
  for (const name of names) lacking.set(name, frame.lacking.get(missing) ?? missing);
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

function refuseTaken({ columns }: Frame, name: string, except?: string): void {
  check(
    name === except || !columns.has(name),
    () => `pipeline: there is a column '${name}' already; rename or drop it in a step before`,
  );
}
