import { check, type EpochSummary, type Observer } from "@nn/core";
import { checkFile } from "./file-options.ts";
import { type LogFile, openLog } from "./log-file.ts";

/**
 * Writes what every epoch came to into a file of JSON lines, each an object with `epoch`, `step`, `loss`, `rate`,
 * `best`, `metrics` and `probes`. Numbers that are not finite become `null`.
 *
 * A new run starts the file anew, so give each run one of its own. A run that resumes another one goes on behind what
 * that one had done when it was saved, so that the file becomes what it had been without the break. Pass logs before
 * callbacks that save.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [jsonLog("run.jsonl")] });
 * ```
 */
export function jsonLog(file: string): Observer {
  checkFile("jsonLog", file);
  let log: LogFile | undefined;
  let last = 0;
  return {
    start({ step }) {
      log?.close();
      last = 0;
      const keep = (bytes: Buffer): number => {
        const kept = upTo(step, bytes, file);
        ({ last } = kept);
        return kept.length;
      };
      log = openLog(file, step === 0 ? undefined : keep);
    },
    epoch(report) {
      // An epoch that ended just when the run was saved is told of again.
      if (report.step > last) log?.append(`${lineOf(report)}\n`);
    },
    end() {
      log?.close();
      log = undefined;
    },
  };
}

function lineOf({ epoch, step, loss, rate, best, metrics, probes }: EpochSummary): string {
  return JSON.stringify({ epoch, step, loss, rate, best, metrics, probes });
}

/**
 * How many bytes of the log come before its first line about a later step, and the last step among them. Of what is not
 * from here, the first line is refused, and others stay where one from here follows.
 */
function upTo(
  step: number,
  bytes: Buffer,
  file: string,
): { readonly length: number; readonly last: number } {
  let length = 0;
  let last = 0;
  let start = 0;
  for (let end: number; (end = bytes.indexOf("\n", start)) >= 0; start = end + 1) {
    const line = bytes.toString("utf8", start, end);
    const own = stepOf(line);
    check(
      start > 0 || own !== undefined,
      () => `jsonLog: '${file}' is no such log, its first line is ${line.slice(0, 60)}`,
    );
    if (own === undefined) continue;
    if (own > step) break;
    last = own;
    length = end + 1;
  }
  return { length, last };
}

function stepOf(line: string): number | undefined {
  try {
    const { step } = Object(JSON.parse(line)) as { readonly step?: unknown };
    return typeof step === "number" ? step : undefined;
  } catch {
    return undefined;
  }
}
