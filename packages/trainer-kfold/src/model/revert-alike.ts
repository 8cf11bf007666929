import type { Table } from "@nn/core";
import { sameColumns } from "../data/common-columns.ts";
import { tableOf } from "../data/table-of.ts";
import type { NumberColumns } from "../figures/original.ts";
import type { PipelineMember } from "./pipelines.ts";

/**
 * Whether all pipelines revert these outputs of models to the same, so that one of them can revert the mean of outputs: as
 * those do that have the same classes in one-hot columns, and those do not whose scales are of different rows.
 */
export function revertAlike(
  members: readonly PipelineMember[],
  outputs: readonly NumberColumns[],
): boolean {
  if (!members.every(({ pipeline }) => pipeline.revert)) return false;
  const probe = differentRows(outputs);
  const [first, ...others] = members.map(({ pipeline }) => reverted(pipeline, probe));
  return first !== undefined && others.every((other) => other && sameTables(first, other));
}

/** What a pipeline reverts outputs to; nothing where it refuses them, as those of a class that it does not know. */
function reverted(pipeline: PipelineMember["pipeline"], table: Table): Table | undefined {
  try {
    return pipeline.revert!(table);
  } catch {
    return undefined;
  }
}

/** The rows of several tables of the same columns, each of them once. */
function differentRows(tables: readonly NumberColumns[]): Table {
  const names = Object.keys(tables[0]!);
  const rows = new Map<string, readonly number[]>();
  for (const columns of tables)
    for (let row = 0; row < columns[names[0]!]!.length; row++) {
      const values = names.map((name) => columns[name]![row]!);
      rows.set(values.join(), values);
    }
  const column = (at: number): Float64Array =>
    Float64Array.from(rows.values(), (values) => values[at]!);
  return tableOf(Object.fromEntries(names.map((name, at) => [name, column(at)])));
}

function sameTables(a: Table, b: Table): boolean {
  const names = a.columnNames();
  return (
    String(names) === String(b.columnNames()) &&
    names.every((name) => sameColumns(a.array(name), b.array(name)))
  );
}
