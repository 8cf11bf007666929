import type { Table } from "@nn/core";
import type { ExperimentJson } from "@nn/experiment";

/** A table without the columns that no pipeline or model sees: which row is which, and how much it counts. */
export function withoutMarks(table: Table, experiment: ExperimentJson | undefined): Table {
  const { ids, weights } = experiment ?? {};
  const names = table.columnNames().filter((name) => name !== ids && name !== weights);
  return {
    numRows: () => table.numRows(),
    columnNames: () => names,
    array: (name) => table.array(name),
  };
}
