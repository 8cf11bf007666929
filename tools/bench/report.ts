import type { Summary } from "./statistics.ts";
import type { Missing } from "./task.ts";
import type { Workload } from "./workload.ts";

/** What is known about a contestant: its figures, and how far its losses are from PyTorch's. */
export type Row = (Summary | Missing) & { readonly lossDifference?: number };

/** The rows of a workload, by contestant. */
export interface Result {
  readonly workload: Workload;
  readonly rows: { readonly [contestant: string]: Row };
}

/** `{ workload: { contestant: figures } }`, on one line. */
export function toJson(results: readonly Result[]): string {
  return JSON.stringify(
    Object.fromEntries(results.map(({ workload, rows }) => [workload.name, rows])),
  );
}

const columns = ["µs/step", "from", "to", "ratio", "compile ms", "start ms", "MiB", "losses ±"];

/** One table for each workload, for terminals. */
export function toText(results: readonly Result[]): string {
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(14), ...cells.map((cell) => cell.padStart(11))].join("").trimEnd();
  return results
    .flatMap(({ workload, rows }) => [
      `${workload.name}: ${workload.title}`,
      line("", columns),
      ...Object.entries(rows).map(([name, row]) =>
        "missing" in row
          ? `${name.padEnd(14)}  missing: ${row.missing}`
          : `${line(name, cells(row))}  ${about(row)}`,
      ),
      "",
    ])
    .join("\n");
}

/** Two tables for a README: microseconds per step of all workloads, and everything else. */
export function toMarkdown(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ rows }) => Object.keys(rows)))];
  const figures = results.map(({ workload, rows }) => [
    `\`${workload.name}\` ${workload.title}`,
    ...names.map((name) => {
      const row = rows[name];
      if (row === undefined || "missing" in row) return "–";
      return row.ratio === 1
        ? number(row.usPerStep)
        : `${number(row.usPerStep)} (${number(row.ratio)}×)`;
    }),
  ]);
  const details = results.flatMap(({ workload, rows }) =>
    Object.entries(rows).map(([name, row]) =>
      "missing" in row
        ? [workload.name, name, `missing: ${row.missing}`, ...Array(columns.length).fill("")]
        : [workload.name, name, about(row), ...cells(row)],
    ),
  );
  return [
    table(["µs per step", ...names], figures),
    table(["workload", "contestant", "ran", ...columns], details),
  ].join("\n\n");
}

function cells(row: Summary & { readonly lossDifference?: number }): string[] {
  const { usPerStep, fastest, slowest, ratio, compileMs, startMs, peakMemoryMiB } = row;
  return [
    ...[usPerStep, fastest, slowest, ratio, compileMs, startMs, peakMemoryMiB].map(number),
    row.lossDifference === undefined ? "" : row.lossDifference.toExponential(0),
  ];
}

function about({ version, threads, dispatchesPerStep }: Summary): string {
  const parts = [version];
  if (threads !== undefined) parts.push(`${threads} thread${threads > 1 ? "s" : ""}`);
  if (dispatchesPerStep !== undefined) parts.push(`${number(dispatchesPerStep)} dispatches a step`);
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
