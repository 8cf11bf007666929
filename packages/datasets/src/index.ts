export { readArrow, writeArrow, type WriteArrowOptions } from "./arrow.ts";
export type { ColumnOptions } from "./columns.ts";
export { CsvError } from "./csv/error.ts";
export type { ColumnType, CsvOptions, CsvProgress } from "./csv/options.ts";
export { csvBatches, type CsvBatchOptions, readCsv } from "./csv/read-csv.ts";
export { writeCsv, type WriteCsvOptions } from "./csv/write-csv.ts";
export { readJson, writeJson, type WriteJsonOptions } from "./json.ts";
export { type ParquetFile, type ParquetOptions, readParquet } from "./parquet.ts";
export type { Source } from "./source.ts";
