import {
  drop,
  extractDate,
  impute,
  log10,
  oneHot,
  pipeline,
  squared,
  standard,
  targetEncode,
  where,
} from "@nn/preprocess";
import { xorshift } from "./data.ts";

/**
 * What a pipeline costs: a table of 1,000,000 × 20 goes through the usual steps, which are fitted on it, give the rows to
 * train on, and prepare the same table once more as they would a later one; then prices come back. Processor seconds are
 * those of all threads, with garbage collection; memory is the most that the process had, with the table. Another
 * number of rows may be given: `npm run bench:tables -- 100000`.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
if (!(Number.isSafeInteger(rows) && rows >= 1000)) {
  console.error("usage: npm run bench:tables -- [rows, from 1000]");
  process.exit(2);
}

const table = houses(rows);
const before = process.memoryUsage().rss;
const raw = {
  numRows: () => rows,
  columnNames: () => Object.keys(table),
  array: (name: string) => table[name]!,
};
const steps = pipeline([
  extractDate("date", ["month", "timestamp"]),
  drop("date"),
  impute("x0", "x1", "x2"),
  log10("price", "x3"),
  targetEncode("zipcode", { target: "price" }),
  oneHot("kind", { unknown: "zeros" }),
  squared(where({ type: "number", added: false })),
  standard(),
]);

const figures: string[][] = [["", "seconds", "processor seconds"]];
function timed<T>(what: string, work: () => T): T {
  const [from, used] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - from) / 1000;
  figures.push([what, seconds.toFixed(2), ((user + system) / 1e6).toFixed(2)]);
  return result;
}

const { made, prices } = timed("together", () => {
  const { fitted, table: trained } = timed("fit, rows to train on", () => steps.fitTransform(raw));
  const later = timed("transform", () => fitted.transform(raw));
  const predicted = {
    numRows: () => rows,
    columnNames: () => ["price"],
    array: () => later.array("price"),
  };
  return {
    made: trained.columnNames().length,
    prices: timed("revert", () => fitted.revert(predicted).array("price")),
  };
});
const off = Math.max(
  ...[0, rows - 1].map((row) => Math.abs(Number(prices[row]) / Number(table["price"]![row]) - 1)),
);
if (!(off < 1e-9)) throw new Error(`the way back is off by ${off}`);

console.log(`${rows} rows of ${Object.keys(table).length} columns, of which ${made} are made`);
for (const [what, seconds, processor] of figures)
  console.log(`${what!.padEnd(24)}${seconds!.padStart(9)}${processor!.padStart(20)}`);
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
console.log(
  `most memory: ${mebibytes(process.resourceUsage().maxRSS * 1024)}, of which ${mebibytes(before)} before the first step`,
);

/** Three columns of texts and 17 of numbers, some of which are missing. */
function houses(count: number): Record<string, Float64Array | string[]> {
  const random = xorshift(7);
  const numbers = (of: (x: number, row: number) => number): Float64Array =>
    new Float64Array(count).map((_, row) => of(random(), row));
  const texts = (kinds: number, of: (kind: number) => string): string[] =>
    Array.from({ length: count }, () => of(Math.floor(random() * kinds)));
  const columns: Record<string, Float64Array | string[]> = {
    date: texts(400, (day) => new Date(Date.UTC(2014, 4, 2 + day)).toISOString().slice(0, 10)),
    zipcode: texts(70, (kind) => String(98_001 + kind)),
    kind: texts(5, (kind) => `kind ${kind}`),
    price: numbers((x) => 10 ** (5 + x)),
  };
  for (let at = 0; at < 16; at++)
    columns[`x${at}`] = numbers((x, row) => (at < 3 && row % 100 === at ? Number.NaN : x + 0.1));
  return columns;
}
