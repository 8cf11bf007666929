import type { Table } from "@nn/core";
import { writeCsv } from "@nn/datasets";
import { writeWhole } from "@nn/trainer/node";
import { predictTable, tableOf } from "@nn/trainer-kfold";
import path from "node:path";
import { CommandError, exitCodes } from "../failure.ts";
import type { Io } from "../io.ts";
import { makeFolder } from "../make-folder.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { count } from "../text/figures.ts";
import { readNewRows } from "./new-rows.ts";
import { openSubject, type SubjectOptions } from "./open-subject.ts";

/** Options of `nn predict`. */
export interface PredictOptions extends CommonOptions, SubjectOptions {
  readonly out?: string;
  readonly id?: string;
}

/** How many rows have no prediction. */
function gapsIn(predicted: Table): number {
  const columns = predicted.columnNames().map((name) => predicted.array(name));
  const isGap = (value: unknown): boolean => value === null || Number.isNaN(value);
  return Array.from({ length: predicted.numRows() }, (_, row) =>
    columns.some((values) => isGap(values[row])),
  ).filter(Boolean).length;
}

/** Predicts the rows of a file. */
export async function predict(
  name: string,
  data: string,
  { out, id, quiet, json: isJson, ...options }: PredictOptions,
  io: Io,
): Promise<Outcome> {
  const subject = await openSubject(name, options, io.cwd);
  try {
    const table = await readNewRows(path.resolve(io.cwd, data), subject);
    const known = table.columnNames();
    if (id !== undefined && !known.includes(id))
      throw new CommandError(`${data} has no column '${id}'; there are ${known.join(", ")}`, {
        code: exitCodes.wrongUse,
      });
    const ids = id ?? subject.experiment?.ids;
    const predicted = await predictTable(subject.model, table, { backend: subject.backend });
    const beside = ids !== undefined && known.includes(ids) ? { [ids]: table.array(ids) } : {};
    const columns = Object.fromEntries(
      predicted.columnNames().map((column) => [column, predicted.array(column)]),
    );
    const rows = table.numRows();
    const gaps = gapsIn(predicted);
    if (gaps > 0 && !quiet)
      io.stderr.write(
        `nn: ${count(gaps, "row")} cannot be predicted, since something is missing in it\n`,
      );
    const result = tableOf({ ...beside, ...columns });
    const names = result.columnNames();
    const shared = { rows, columns: names };
    if (out === undefined)
      return {
        json: {
          ...shared,
          file: null,
          predictions: Object.fromEntries(
            names.map((each) => [each, Array.from(result.array(each))]),
          ),
        },
        text: isJson ? "" : writeCsv(result),
      };
    const file = path.resolve(io.cwd, out);
    await makeFolder(path.dirname(file));
    await writeWhole(file, writeCsv(result));
    return {
      json: { ...shared, file },
      text: quiet
        ? ""
        : `${out}: ${count(rows, "prediction")} of ${Object.keys(columns).join(", ")}`,
    };
  } finally {
    await subject.close();
  }
}
