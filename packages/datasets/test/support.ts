import type { ColumnTable } from "arquero";
import type { CsvError } from "../src/index.ts";

/** The columns as they are in the table: typed arrays stay what they are. */
export function columnsOf(table: ColumnTable): { [name: string]: unknown } {
  return Object.fromEntries(table.columnNames().map((name) => [name, table.column(name)]));
}

/** Pieces of these bytes, of a few bytes each, as a network would bring them. */
export async function* inPieces(text: string | Uint8Array, size: number) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

/** What goes wrong. */
export async function errorOf(promise: Promise<unknown>): Promise<CsvError> {
  try {
    await promise;
  } catch (error) {
    return error as CsvError;
  }
  throw new Error("Nothing went wrong.");
}
