import type { Table } from "@nn/core";
import path from "node:path";
import { CommandError } from "../failure.ts";
import { readTable } from "../work/read-table.ts";
import { hasDecimalComma } from "./decimal-comma.ts";
import { encodingOf } from "./encoding.ts";

/** What it takes to read a table, besides its file. */
export interface ReadOptions {
  readonly encoding?: "utf-16le" | "utf-16be" | "windows-1252";
  readonly decimal?: ",";
}

/** Reads a table, and finds the options that it takes to read its texts and its numbers. */
export async function readAny(
  file: string,
): Promise<{ readonly table: Table; readonly options: ReadOptions }> {
  let options: ReadOptions = {};
  const table = await readTable(file).catch(async (error: unknown) => {
    const isSeparated = [".csv", ".tsv", ".txt"].includes(path.extname(file).toLowerCase());
    // Without a file there is no encoding of it either.
    const encoding =
      isSeparated && !(error instanceof CommandError) ? await encodingOf(file) : undefined;
    if (encoding === undefined) throw error;
    options = { encoding };
    return readTable(file, options);
  });
  if (!hasDecimalComma(table)) return { table, options };
  options = { ...options, decimal: "," };
  return { table: await readTable(file, options), options };
}

/** The options in words, behind what is said of the table. */
export function readAs({ encoding, decimal }: ReadOptions): string {
  const parts = [...(encoding ? [encoding] : []), ...(decimal ? ["decimal commas"] : [])];
  return parts.length > 0 ? `, read as ${parts.join(" with ")}` : "";
}
