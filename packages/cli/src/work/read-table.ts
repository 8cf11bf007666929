import type { ExperimentData } from "@nn/experiment";
import type { CsvOptions } from "@nn/datasets";
import { readTableFile } from "@nn/datasets/node";
import { existsSync, statSync } from "node:fs";
import { wrongUse } from "../failure.ts";

export type DataTable = Awaited<ReturnType<typeof readTableFile>>;

/** Reads the rows of an experiment from where its file is, with the options in it. */
export async function readData(file: string, data: ExperimentData): Promise<DataTable> {
  const { file: _, ...options } = data;
  return readTable(file, options as CsvOptions);
}

/** Reads a table from a file that was named. */
export async function readTable(file: string, options: CsvOptions = {}): Promise<DataTable> {
  checkFile(file);
  return readTableFile(file, options);
}

/** Refuses to read data where there is no file. */
export function checkFile(file: string): void {
  if (!existsSync(file)) throw wrongUse(`there is no data at ${file}`);
  if (statSync(file).isDirectory()) throw wrongUse(`${file} is a folder; name a table in it`);
}
