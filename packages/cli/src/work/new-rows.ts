import type { CsvOptions } from "@nn/datasets";
import { csvFileBatches } from "@nn/datasets/node";
import path from "node:path";
import type { Subject } from "./open-subject.ts";
import { checkFile, type DataTable, readTable } from "./read-table.ts";

/**
 * Reads rows that a model has not seen, as those of its experiment were read. Columns that the experiment names types of
 * may be missing, such as the one to predict.
 */
export async function readNewRows(file: string, { experiment }: Subject): Promise<DataTable> {
  checkFile(file);
  if (!experiment) return readTable(file);
  const { file: _, types, select: __, ...options } = experiment.data;
  if (types === undefined) return readTable(file, options as CsvOptions);
  const names = await namesIn(file, options as CsvOptions);
  const there = Object.entries(types as object).filter(([name]) => names.includes(name));
  return readTable(file, { ...options, types: Object.fromEntries(there) } as CsvOptions);
}

/** The names of the columns in a file. */
async function namesIn(file: string, options: CsvOptions): Promise<readonly string[]> {
  if (![".csv", ".tsv", ".txt"].includes(path.extname(file).toLowerCase()))
    return (await readTable(file)).columnNames();
  for await (const batch of csvFileBatches(file, { ...options, rows: 1 }))
    return batch.columnNames();
  return [];
}
