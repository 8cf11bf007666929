import type { ColumnTable } from "arquero";
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type ParquetScan,
} from "hyparquet";
import { checkSignal } from "./check-options.ts";
import { checkColumnOptions, type ColumnOptions, selectNames, tableOf } from "./columns.ts";
import { show } from "./show.ts";
import { type Source, wholeBytes } from "./source.ts";

/** Where the bytes of a file are, of which parts are read: only those of the columns that are needed. */
export type ParquetFile = AsyncBuffer;

/** How a Parquet file is to be read. */
export interface ParquetOptions extends ColumnOptions {
  /** Decompressors besides that of Snappy, such as those of `hyparquet-compressors`. */
  readonly compressors?: Compressors;
  /** Ends reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a table from a Parquet file, column by column; of a `Blob`, or what can be read in parts, only those of the columns
 * that are selected. What the file declares in its footer is checked; what its pages declare in turn is not, and a file that
 * is made to do harm may take all time and memory there. Read files of strangers in a worker that may end.
 *
 * ```ts
 * const houses = await readParquet(file, { select: ["price", "lat", "long"], types: { price: "number" } });
 * ```
 */
export async function readParquet(
  source: Source | ParquetFile,
  options: ParquetOptions = {},
): Promise<ColumnTable> {
  checkColumnOptions("readParquet", options, ["compressors", "signal"]);
  const { compressors, signal } = options;
  checkSignal("readParquet: signal", signal);
  signal?.throwIfAborted();
  const file = await fileOf(source);
  let scan: ParquetScan;
  try {
    const metadata = await parquetMetadataAsync(file);
    checkMetadata(metadata, file.byteLength);
    scan = await parquetScan({ file, metadata, ...(compressors && { compressors }) });
  } catch (cause) {
    throw refusal(cause);
  }
  const names = parquetSchema(scan.metadata).children.map(({ element }) => element.name);
  const columns = new Map<string, unknown[]>();
  for (const column of selectNames("readParquet", names, options)) {
    const values: unknown[] = [];
    for (const range of scan.ranges) {
      signal?.throwIfAborted();
      try {
        const part = await scan.readColumn({ column, ...range });
        if (part.length !== range.rowEnd - range.rowStart)
          throw new Error(
            `${part.length} values, expected ${range.rowEnd - range.rowStart}, one for each row`,
          );
        for (let i = 0; i < part.length; i++) values.push(part[i]);
      } catch (cause) {
        throw refusal(cause, column);
      }
    }
    columns.set(column, values);
  }
  return tableOf("readParquet", columns, options);
}

/** Refuses a footer whose rows do not add up, or whose columns lie outside of the file. */
function checkMetadata({ num_rows, row_groups }: FileMetaData, byteLength: number): void {
  let rows = 0n;
  for (const group of row_groups) {
    if (group.num_rows < 0n) throw new Error(`a group has ${group.num_rows} rows`);
    rows += group.num_rows;
    for (const { meta_data } of group.columns) {
      if (!meta_data) continue;
      const { dictionary_page_offset, data_page_offset, total_compressed_size } = meta_data;
      const first = dictionary_page_offset || data_page_offset;
      if (first < 0n || total_compressed_size < 0n || first + total_compressed_size > byteLength)
        throw new Error(
          `a column has ${total_compressed_size} bytes from ${first}, and the file ${byteLength} in all`,
        );
    }
  }
  if (rows !== num_rows) throw new Error(`it has ${num_rows} rows, and its groups have ${rows}`);
}

async function fileOf(source: Source | ParquetFile): Promise<ParquetFile> {
  const given = source as Partial<Blob & ParquetFile>;
  if (typeof given.slice === "function" && typeof given.stream === "function") {
    const blob = source as Blob;
    return {
      byteLength: blob.size,
      slice: (start, end) => blob.slice(start, end).arrayBuffer(),
    };
  }
  const isFile =
    Object.prototype.toString.call(source) === "[object Object]" &&
    typeof given.byteLength === "number" &&
    typeof given.slice === "function";
  if (isFile) return source as ParquetFile;
  const bytes = await wholeBytes("readParquet", source as Source);
  return {
    byteLength: bytes.length,
    slice: (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
  };
}

function refusal(cause: unknown, column?: string): Error {
  const { message } = cause as Error;
  const where = column === undefined ? "" : ` in column ${show(column)}`;
  const what = /codec/.test(message)
    ? "this compression needs compressors, such as those of the package hyparquet-compressors"
    : "this is no Parquet file, or a damaged one";
  return new SyntaxError(`readParquet: ${what}${where}: ${message}`, { cause });
}
