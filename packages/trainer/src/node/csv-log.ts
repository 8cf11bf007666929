import { check, type EpochSummary, type Observer } from "@nn/core";
import { readFileSync } from "node:fs";
import { csvLine, type CsvRecord, csvRecords } from "./csv.ts";
import { checkFile } from "./file-options.ts";
import { type LogFile, openLog, rewrite } from "./log-file.ts";

/**
 * Writes what every epoch came to into a file of comma-separated values (RFC 4180): epoch, step, loss, metrics, learning
 * rate, best epoch and probes, with their names in the first line. Numbers that are not finite are written as `NaN`,
 * `Infinity` and `-Infinity`; a probe that has not been measured yet is empty.
 *
 * A new run starts the file anew, so give each run one of its own. A run that resumes another one goes on behind what
 * that one had done when it was saved, so that the file becomes what it had been without the break. Pass logs before
 * callbacks that save.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [csvLog("run.csv")] });
 * ```
 */
export function csvLog(file: string): Observer {
  checkFile("csvLog", file);
  let log: LogFile | undefined;
  let columns: readonly string[] = [];
  let last = 0;

  /** Probes may be measured for the first time after some epochs; the rows before then have nothing there. */
  const widen = (names: readonly string[]): void => {
    log?.close();
    log = undefined;
    const rows = csvRecords(readFileSync(file, "utf8")).slice(1);
    const lines = rows.map(({ values }) => csvLine(names.map((_, i) => values[i] ?? "")));
    rewrite(file, [csvLine(names), ...lines].join(""));
    log = openLog(file, (bytes) => bytes.length);
  };

  return {
    start({ step }) {
      log?.close();
      columns = [];
      last = 0;
      const keep = (bytes: Buffer): number => {
        const kept = upTo(step, bytes, file);
        ({ columns, last } = kept);
        return kept.length;
      };
      log = openLog(file, step === 0 ? undefined : keep);
    },
    epoch(report) {
      // An epoch that ended just when the run was saved is told of again.
      if (!log || report.step <= last) return;
      const row = rowOf(report);
      const added = [...row.keys()].filter((name) => !columns.includes(name));
      if (columns.length === 0) log.append(csvLine(added));
      else if (added.length > 0) widen([...columns, ...added]);
      columns = [...columns, ...added];
      log.append(csvLine(columns.map((name) => row.get(name) ?? "")));
    },
    end() {
      log?.close();
      log = undefined;
    },
  };
}

/** The values of an epoch by column. A metric or probe that is named like another column says what it is. */
function rowOf({
  epoch,
  step,
  loss,
  rate,
  best,
  metrics,
  probes,
}: EpochSummary): Map<string, number> {
  const row = new Map(Object.entries({ epoch, step, loss }));
  const reserved = ["rate", "best"];
  const add = (values: { readonly [name: string]: number }, prefix: string): void => {
    for (const [name, value] of Object.entries(values))
      row.set(row.has(name) || reserved.includes(name) ? `${prefix}/${name}` : name, value);
  };
  add(metrics, "metrics");
  row.set("rate", rate).set("best", best);
  add(probes, "probes");
  return row;
}

/**
 * The columns of a log, how many bytes of it come before its first row about a later step, and the last step of these.
 * Rows that are not from here stay where one from here follows.
 */
function upTo(
  step: number,
  bytes: Buffer,
  file: string,
): { readonly columns: readonly string[]; readonly length: number; readonly last: number } {
  const text = bytes.toString();
  const [header, ...rows] = csvRecords(text);
  if (!header) return { columns: [], length: 0, last: 0 };
  // Spreadsheets put a byte order mark in front.
  const columns = header.values.map((name, i) => (i === 0 ? name.replace(/^\uFEFF/, "") : name));
  const at = columns.indexOf("step");
  check(
    at >= 0,
    () => `csvLog: '${file}' is no such log, its columns are ${columns.join(", ").slice(0, 60)}`,
  );
  const stepOf = ({ values }: CsvRecord): number =>
    values.length === columns.length && values[at] !== "" ? Number(values[at]) : Number.NaN;
  const later = rows.findIndex((row) => stepOf(row) > step);
  const before = later < 0 ? rows : rows.slice(0, later);
  const newest = before.findLast((row) => !Number.isNaN(stepOf(row)));
  const kept = text.slice(0, (newest ?? header).end);
  const length = Buffer.byteLength(kept);
  check(
    bytes.toString("utf8", 0, length) === kept,
    () => `csvLog: '${file}' is not in UTF-8; save it so, or begin another one`,
  );
  return { columns, length, last: newest ? stepOf(newest) : 0 };
}
