import { check, type FittedTransform, sizeOf, type Table } from "@nn/core";
import { type Columns, lengthOf, tableOf } from "../inputs/table.ts";
import { list, show } from "../options.ts";
import { columnOf, type Predictions } from "./matrix.ts";

/** What a pipeline makes of raw columns; without one, they stay as they are. */
export function transformed(
  name: string,
  pipeline: FittedTransform | undefined,
  columns: Columns,
): Table {
  const table = tableOf(columns);
  if (!pipeline) return table;
  return sameRows(`${name}: ${pipeline.kind}`, pipeline.transform(table), lengthOf(columns));
}

/** Columns of a table by their names, which have to be there. */
export function columnsIn(name: string, table: Table, names: readonly string[]): Columns {
  const there = table.columnNames();
  const column = (each: string): ArrayLike<unknown> => {
    check(
      there.includes(each),
      () => `${name}: there is no column '${each}' ${reasonOf(table, each)}`,
    );
    return table.array(each);
  };
  return Object.fromEntries(names.map((each) => [each, column(each)]));
}

/**
 * Predictions as columns, in original units where the pipeline has a way back. Nothing where the model does not return one
 * number for each of the outputs.
 */
export function revertTo(
  name: string,
  pipeline: FittedTransform | undefined,
  outputs: readonly string[],
  { data, shape: [rows, ...rest] }: Predictions,
): Columns | undefined {
  const width = sizeOf(rest);
  if (width !== outputs.length) return undefined;
  const columns = Object.fromEntries(
    outputs.map((output, at) => [output, columnOf({ data, shape: [rows, width] }, at)]),
  );
  if (!pipeline) return columns;
  if (!pipeline.revert) return undefined;
  const place = `${name}: revert() of ${pipeline.kind}`;
  const table = sameRows(place, pipeline.revert(tableOf(columns)), rows);
  return columnsIn(name, table, table.columnNames());
}

/** Refuses a table with other rows than there were before. */
function sameRows(place: string, table: Table, rows: number): Table {
  check(
    typeof table?.numRows === "function",
    () => `${place} must return a table, got ${show(table)}`,
  );
  check(
    table.numRows() === rows,
    () =>
      `${place} made ${table.numRows()} rows of ${rows}; one that is explained has to keep rows`,
  );
  return table;
}

/** Why there is no such column: in the words of the table, where it has some. */
function reasonOf(table: Table, column: string): string {
  try {
    table.array(column);
  } catch (error) {
    return `to explain: ${(error as Error).message}`;
  }
  return `after the pipeline; there are ${list(table.columnNames())}`;
}
