import type { Summary } from "./statistics.ts";
import type { Missing } from "./task.ts";
import type { Throughput } from "./throughput.ts";
import type { Workload } from "./workload.ts";

/** What is known about a contestant: its figures, how far its losses are from PyTorch's, and what it computes. */
export type Row = (Summary | Missing) & {
  readonly lossDifference?: number;
  readonly throughput?: Throughput;
};

/** The rows of a workload, by contestant. */
export interface Result {
  readonly workload: Pick<Workload, "name" | "title">;
  /** How much a step computes, where that is of interest. */
  readonly flopsPerStep?: number;
  readonly rows: { readonly [contestant: string]: Row };
}

/** `{ workload: { contestant: figures } }`, on one line. */
export function toJson(results: readonly Result[]): string {
  const flat = ({ throughput, ...row }: Row): object => ({ ...row, ...throughput });
  const rowsOf = ({ rows }: Result): object =>
    Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, flat(row)]));
  return JSON.stringify(
    Object.fromEntries(results.map((result) => [result.workload.name, rowsOf(result)])),
  );
}

const columns = ["µs/step", "from", "to", "ratio", "compile ms", "start ms", "MiB", "losses ±"];
const throughputColumns = ["TFLOP/s", "of product", "of peak"];

/** One table for each workload, for terminals. */
export function toText(results: readonly Result[]): string {
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(14), ...cells.map((cell) => cell.padStart(11))].join("");
  return results
    .flatMap((result) => [
      `${result.workload.name}: ${titleOf(result)}`,
      line("", columnsOf([result])),
      ...Object.entries(result.rows).map(([name, row]) =>
        "missing" in row
          ? `${name.padEnd(14)}  missing: ${row.missing}`
          : `${line(name, cellsOf(row, [result]))}  ${about(row)}`,
      ),
      "",
    ])
    .join("\n");
}

/** Two tables for a README: microseconds per step of all workloads, and everything else. */
export function toMarkdown(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ rows }) => Object.keys(rows)))];
  const figures = results.map((result) => [
    `\`${result.workload.name}\` ${titleOf(result)}`,
    ...names.map((name) => {
      const row = result.rows[name];
      if (row === undefined || "missing" in row) return "–";
      return row.ratio === 1
        ? number(row.usPerStep)
        : `${number(row.usPerStep)} (${number(row.ratio)}×)`;
    }),
  ]);
  const head = columnsOf(results);
  const details = results.flatMap(({ workload, rows }) =>
    Object.entries(rows).map(([name, row]) =>
      "missing" in row
        ? [workload.name, name, `missing: ${row.missing}`, ...Array(head.length).fill("")]
        : [workload.name, name, about(row), ...cellsOf(row, results)],
    ),
  );
  return [
    table(["µs per step", ...names], figures),
    table(["workload", "contestant", "ran", ...head], details),
  ].join("\n\n");
}

function titleOf({ workload, flopsPerStep }: Result): string {
  if (flopsPerStep === undefined) return workload.title;
  return `${workload.title}, ${(flopsPerStep / 1e9).toPrecision(4)} GFLOP a step`;
}

/** What is computed has columns where something is known about it. */
function columnsOf(results: readonly Result[]): readonly string[] {
  const isKnown = results.some(({ flopsPerStep }) => flopsPerStep !== undefined);
  return isKnown ? [...columns, ...throughputColumns] : columns;
}

function cellsOf(row: Row & Summary, results: readonly Result[]): readonly string[] {
  const { usPerStep, fastest, slowest, ratio, compileMs, startMs, peakMemoryMiB } = row;
  const cells = [
    ...[usPerStep, fastest, slowest, ratio, compileMs, startMs, peakMemoryMiB].map(number),
    row.lossDifference === undefined ? "" : row.lossDifference.toExponential(0),
  ];
  const { tflops, ofProduct, ofPeak } = row.throughput ?? {};
  const percent = (share?: number): string =>
    share === undefined ? "unknown" : `${number(share * 100)} %`;
  if (tflops !== undefined) cells.push(tflops.toPrecision(3), percent(ofProduct), percent(ofPeak));
  return [
    ...cells,
    ...columnsOf(results)
      .slice(cells.length)
      .map(() => ""),
  ];
}

function about({ version, threads, dispatchesPerStep, relativeError }: Summary): string {
  const parts = [version];
  if (threads !== undefined) parts.push(`${threads} thread${threads > 1 ? "s" : ""}`);
  if (dispatchesPerStep !== undefined) parts.push(`${number(dispatchesPerStep)} dispatches a step`);
  if (relativeError !== undefined) parts.push(`off by ${relativeError.toExponential(0)}`);
  return parts.join(", ");
}

/** As many digits as timings are good for. */
function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, digits === 0 ? "," : "");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
