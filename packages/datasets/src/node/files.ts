import { check, type Table } from "@nn/core";
import type { ColumnTable } from "arquero";
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { readArrow } from "../arrow/arrow.ts";
import { checkCount } from "../check-options.ts";
import { type CsvOptions, csvSettings } from "../csv/options.ts";
import { type CsvBatchOptions, readTable, readTables } from "../csv/read-csv.ts";
import { csvParts, type WriteCsvOptions } from "../csv/write-csv.ts";
import { readJson } from "../json.ts";
import { type ParquetOptions, readParquet } from "../parquet.ts";
import { writeParts } from "./write-file.ts";

/** Reads a file of separated values as `readCsv` does, without holding it in memory. */
export async function readCsvFile(file: string, options: CsvOptions = {}): Promise<ColumnTable> {
  const settings = csvSettings("readCsvFile", options, `readCsvFile: '${file}'`);
  const { size } = await stat(file);
  return readTable(streamOf(file), settings, size);
}

/** Reads a file of separated values as one table after the other, as `csvBatches` does. */
export async function* csvFileBatches(
  file: string,
  options: CsvBatchOptions = {},
): AsyncGenerator<ColumnTable, void> {
  const { rows = 10_000, ...rest } = options;
  checkCount("csvFileBatches: rows", rows);
  const settings = csvSettings("csvFileBatches", rest, `csvFileBatches: '${file}'`);
  const { size } = await stat(file);
  yield* readTables(streamOf(file), settings, rows, size);
}

/** Writes a table as a file of separated values, whole or not at all. */
export async function writeCsvFile(
  file: string,
  table: Table,
  options: WriteCsvOptions = {},
): Promise<void> {
  await writeParts(file, csvParts(table, options));
}

/** Reads a Parquet file, of which only the columns that are needed are read. */
export async function readParquetFile(
  file: string,
  options: ParquetOptions = {},
): Promise<ColumnTable> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const from = start < 0 ? size + start : start;
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - from));
      let read = 0;
      while (read < bytes.length) {
        const { bytesRead } = await handle.read(bytes, read, bytes.length - read, from + read);
        check(bytesRead > 0, () => `readParquetFile: '${file}' became shorter while it was read`);
        read += bytesRead;
      }
      return bytes.buffer;
    };
    return await readParquet({ byteLength: size, slice }, options);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a table from a file of any of the formats, by the ending of its name: `.csv`, `.tsv`, `.txt`, `.json`, `.parquet`,
 * and `.arrow`, `.feather` and `.ipc`. Options other than `select` and `types` are those of separated values.
 *
 * ```ts
 * const houses = await readTableFile("houses.csv", { types: { zipcode: "string" } });
 * ```
 */
export async function readTableFile(file: string, options: CsvOptions = {}): Promise<ColumnTable> {
  const ending = path.extname(file).toLowerCase();
  switch (ending) {
    case ".csv":
    case ".tsv":
    case ".txt":
      return readCsvFile(file, options);
    case ".json":
      return readJson(await readFile(file), options);
    case ".parquet":
      return readParquetFile(file, options);
    case ".arrow":
    case ".feather":
    case ".ipc":
      return readArrow(await readFile(file), options);
    default:
      return check(
        false,
        () =>
          `readTableFile: '${file}' ends with '${ending}', expected .csv, .tsv, .txt, .json, .parquet, .arrow, ` +
          ".feather or .ipc; readCsvFile reads separated values whatever the file is named",
      ) as never;
  }
}

function streamOf(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, { highWaterMark: 2 ** 18 }) as AsyncIterable<Uint8Array>;
}
