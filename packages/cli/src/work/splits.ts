import type { Table } from "@nn/core";
import type { Experiment } from "@nn/experiment";
import type { Split } from "@nn/trainer-kfold";

/** The rows of each fold of an experiment, as a run of it has them. */
export function splitsOf({ folds, seed }: Experiment, table: Table): readonly Split[] {
  return folds.split({ rows: table.numRows(), seed, column: (name) => table.array(name) });
}
