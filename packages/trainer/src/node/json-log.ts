import { check, type EpochSummary, type Observer } from "@nn/core";
import { checkFile } from "./file-options.ts";
import { type LogFile, openLog, wholeLines } from "./log-file.ts";

/**
 * Writes what every epoch came to into a file of JSON lines, each an object with `epoch`, `step`, `loss`, `rate`,
 * `best`, `metrics` and `probes`. Numbers that are not finite become `null`.
 *
 * A new run starts the file anew. A run that resumes another one goes on behind what that one had done when it was
 * saved, so that the file becomes what it had been without the break. Pass logs before callbacks that save.
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
      log = openLog(file, (bytes) => {
        if (step === 0) return 0;
        const kept = upTo(step, bytes, file);
        ({ last } = kept);
        return kept.length;
      });
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

/** How many bytes of the log are about steps up to this one, and the last step among them. */
function upTo(step: number, bytes: Buffer, file: string): { length: number; last: number } {
  let last = 0;
  const length = wholeLines(bytes, (line, isFirst) => {
    const own = stepOf(line);
    check(
      !isFirst || own !== undefined,
      () => `jsonLog: '${file}' is no such log, its first line is ${line.slice(0, 60)}`,
    );
    if (own === undefined || own > step) return false;
    last = own;
    return true;
  });
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
