import { type ColumnTable, table } from "arquero";
import { checkCount } from "../check-options.ts";
import { bytesOf, sizeOfSource, type Source } from "../source.ts";
import { type CsvOptions, type CsvSettings, csvSettings } from "./options.ts";
import { createParser } from "./parser.ts";
import { transcoder } from "./transcode.ts";

/**
 * Reads a table of separated values. Types follow from the whole file, not from its first rows, unless `types` gives
 * them; what cannot be read is a `CsvError` with line and column. Memory is that of the values and of one line.
 *
 * ```ts
 * const houses = await readCsv((await fetch("houses.csv")).body!, { types: { zipcode: "string" } });
 * houses.array("price"); // Float64Array
 * ```
 */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<ColumnTable> {
  return readTable(source, csvSettings("readCsv", options));
}

/** How a file is to be read in parts. */
export interface CsvBatchOptions extends CsvOptions {
  /** Rows of each table but the last; default 10,000. */
  readonly rows?: number;
}

/**
 * Reads separated values as one table after the other, for files larger than memory. Types that are not given follow from
 * the first table; what does not fit in later ones is an error, so give the types of columns that are not alike.
 *
 * ```ts
 * for await (const part of csvBatches(file.stream(), { rows: 50_000 })) count += part.numRows();
 * ```
 */
export async function* csvBatches(
  source: Source,
  options: CsvBatchOptions = {},
): AsyncGenerator<ColumnTable, void> {
  const { rows = 10_000, ...rest } = options;
  checkCount("csvBatches: rows", rows);
  yield* readTables(source, csvSettings("csvBatches", rest), rows);
}

/** Reads one table with checked settings. */
export async function readTable(
  source: Source,
  settings: CsvSettings,
  totalBytes = sizeOfSource(source),
): Promise<ColumnTable> {
  for await (const all of readTables(source, settings, Infinity, totalBytes)) return all;
  throw new Error("A file without rows is refused before.");
}

/** How many bytes are read before others may run. */
const turnBytes = 2 ** 23;

/** Reads tables with checked settings. */
export async function* readTables(
  source: Source,
  settings: CsvSettings,
  rows: number,
  totalBytes = sizeOfSource(source),
): AsyncGenerator<ColumnTable, void> {
  const { origin, signal, onProgress, encoding } = settings;
  const parser = createParser(settings);
  const decode = encoding === undefined ? undefined : transcoder(origin, encoding);
  let bytes = 0;
  let turn = 0;
  const report = (): void =>
    onProgress?.({ bytes, rows: parser.rows, ...(totalBytes !== undefined && { totalBytes }) });
  signal?.throwIfAborted();
  for await (const piece of bytesOf(origin, source, { signal, takesStrings: !decode })) {
    signal?.throwIfAborted();
    bytes += piece.length;
    parser.add(decode ? decode(piece, true) : piece);
    while (parser.fill(rows)) yield toTable(parser.take());
    report();
    if (bytes - turn < turnBytes) continue;
    turn = bytes;
    await new Promise((resolve) => setTimeout(resolve));
  }
  signal?.throwIfAborted();
  if (decode) parser.add(decode(new Uint8Array(0), false));
  parser.end();
  while (parser.fill(rows)) yield toTable(parser.take());
  report();
  if (parser.pending > 0) yield toTable(parser.take());
}

function toTable({ names, columns }: ReturnType<ReturnType<typeof createParser>["take"]>) {
  return table(new Map(names.map((name, i) => [name, columns[i]!])), [...names]);
}
