import type { ExperimentData } from "@nn/experiment";
import type { CsvOptions } from "@nn/datasets";
import { readTableFile } from "@nn/datasets/node";
import { existsSync } from "node:fs";
import { CommandError, exitCodes } from "../failure.ts";

export type DataTable = Awaited<ReturnType<typeof readTableFile>>;

/** Reads the rows of an experiment from where its file is, with the options in it. */
export async function readData(file: string, data: ExperimentData): Promise<DataTable> {
  const { file: _, ...options } = data;
  return readTable(file, options as CsvOptions);
}

/** Reads a table from a file that was named. */
export async function readTable(file: string, options: CsvOptions = {}): Promise<DataTable> {
  if (!existsSync(file))
    throw new CommandError(`there is no data at ${file}`, { code: exitCodes.wrongUse });
  return readTableFile(file, options);
}
