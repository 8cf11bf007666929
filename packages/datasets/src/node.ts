export {
  csvFileBatches,
  readCsvFile,
  readParquetFile,
  readTableFile,
  writeCsvFile,
} from "./node/files.ts";
