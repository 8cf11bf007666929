import type { Table } from "@nn/core";
import { CommandError } from "../failure.ts";
import type { Subject } from "./open-subject.ts";

/** Refuses to compare a mean of all folds with rows where it predicts what models see, for labels have no mean. */
export function refuseMeanOfLabels({ run, experiment }: Subject, table: Table): void {
  if (experiment?.keep !== "ensemble" || run?.record.figures?.units !== "transformed") return;
  const known = table.columnNames();
  const made = experiment.target.filter((name) => !known.includes(name));
  if (made.length > 0)
    throw new CommandError(
      `the mean of all folds predicts ${made.join(", ")} as models see them, with which no rows can be compared; ` +
        "nn train --set keep=best keeps a model that predicts labels",
    );
}
