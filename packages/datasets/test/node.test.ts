import { table } from "arquero";
import { parquetWriteBuffer } from "hyparquet-writer";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeArrow, writeJson } from "../src/index.ts";
import {
  csvFileBatches,
  readCsvFile,
  readParquetFile,
  readTableFile,
  writeCsvFile,
} from "../src/node.ts";
import { columnsOf, errorOf } from "./support.ts";

let folder: string;
const given = table({ a: Float64Array.of(1, 2, NaN), b: ["x", "ü", null] });
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "nn-datasets-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("reads files of all formats", async () => {
  await writeCsvFile(path.join(folder, "table.csv"), given);
  await writeCsvFile(path.join(folder, "table.tsv"), given, { delimiter: "\t" });
  await writeFile(path.join(folder, "table.json"), writeJson(given));
  await writeFile(path.join(folder, "table.arrow"), writeArrow(given));
  const columnData = [
    { name: "a", data: [1, 2, null], type: "DOUBLE" as const },
    { name: "b", data: ["x", "ü", null], type: "STRING" as const },
  ];
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData }));
  await writeFile(path.join(folder, "table.parquet"), parquet);
  for (const name of await readdir(folder))
    expect([name, columnsOf(await readTableFile(path.join(folder, name)))]).toEqual([
      name,
      columnsOf(given),
    ]);
  await expect(readTableFile("table.xlsx")).rejects.toThrow("ends with '.xlsx', expected .csv");
  const one = await readParquetFile(path.join(folder, "table.parquet"), { select: ["b"] });
  expect(one.columnNames()).toEqual(["b"]);
});

it("says which file is wrong, and where", async () => {
  const file = path.join(folder, "broken.csv");
  await writeFile(file, "a,b\n1,2\n3\n");
  const error = await errorOf(readCsvFile(file));
  expect(error.message).toContain(`readCsvFile: '${file}': line 3, column 2: `);
  expect(error).toMatchObject({ line: 3, column: 2 });
  await expect(readCsvFile(path.join(folder, "none.csv"))).rejects.toThrow("ENOENT");
});

it("reads and writes in parts what is larger than these", async () => {
  const file = path.join(folder, "large.csv");
  const values = Float64Array.from({ length: 100_000 }, (_, i) => i / 7);
  await writeCsvFile(file, table({ values, i: values.map((_, i) => i) }));
  const progress: number[] = [];
  let rows = 0;
  for await (const part of csvFileBatches(file, {
    rows: 30_000,
    onProgress: ({ bytes, totalBytes }) => progress.push(bytes / totalBytes!),
  })) {
    expect(part.get("values", 0)).toBe(rows / 7);
    rows += part.numRows();
  }
  expect(rows).toBe(100_000);
  expect(progress.length).toBeGreaterThan(3);
  expect(progress.at(-1)).toBe(1);
  expect(columnsOf(await readCsvFile(file))["values"]).toEqual(values);
});

it("leaves the old file where a new one cannot be written", async () => {
  const file = path.join(folder, "kept.csv");
  await writeCsvFile(file, given);
  const before = await readFile(file, "utf8");
  const broken = table({ a: Array.from({ length: 10_000 }, (_, i) => (i < 9000 ? i : [i])) });
  await expect(writeCsvFile(file, broken)).rejects.toThrow("in row 9000");
  expect(await readFile(file, "utf8")).toBe(before);
  expect((await readdir(folder)).filter((name) => name.includes("temporary"))).toEqual([]);
});
