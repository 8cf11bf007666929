import { check, type EpochSummary, type Observer } from "@nn/core";
import { existsSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { scalarRecord, upTo, versionRecord } from "./event-file.ts";
import { type LogFile, openLog } from "./log-file.ts";

const prefix = "events.out.tfevents.";

/**
 * Writes loss, metrics, learning rate and probes of every epoch to an event file for TensorBoard, by the number of
 * steps done: `tensorboard --logdir runs` shows every folder in `runs` as a run. Give each run a folder of its own.
 *
 * A new run begins a new file. A run that resumes another one goes on in the newest file of the folder, behind what that
 * run had done when it was saved. Pass logs before callbacks that save.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [tensorBoard("runs/a")] });
 * ```
 */
export function tensorBoard(folder: string): Observer {
  check(
    typeof folder === "string" && folder !== "",
    () => `tensorBoard: expected the name of a folder, got ${JSON.stringify(folder)}`,
  );
  let log: LogFile | undefined;
  let done = 0;
  return {
    start({ step }) {
      log?.close();
      const newest = step === 0 ? undefined : newestIn(folder);
      const file = path.join(folder, newest ?? newName(folder));
      let isEmpty = true;
      log = openLog(file, (bytes) => {
        const kept = upTo(step, bytes);
        check(kept, () => `tensorBoard: '${file}' is no event file`);
        done = kept.last;
        isEmpty = kept.length === 0;
        return kept.length;
      });
      if (isEmpty) log.append(versionRecord(Date.now() / 1000));
    },
    epoch(report) {
      // An epoch that ended just when the run was saved is told of again.
      if (report.step > done) log?.append(recordOf(report));
    },
    end() {
      log?.close();
      log = undefined;
    },
  };
}

function recordOf({ step, loss, rate, metrics, probes }: EpochSummary): Uint8Array {
  // Solvers without a learning rate have none to show.
  const values = { loss, ...metrics, ...(Number.isFinite(rate) && { rate }), ...probes };
  return scalarRecord({ wallTime: Date.now() / 1000, step, values });
}

/** Seconds, host and process, as TensorFlow names its files; the last number tells runs of one second apart. */
function newName(folder: string): string {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  let count = 0;
  const name = (): string => `${prefix}${seconds}.${hostname()}.${process.pid}.${count}`;
  while (existsSync(path.join(folder, name()))) count++;
  return name();
}

function newestIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  // Numbers within names count as numbers.
  return names.toSorted(new Intl.Collator("en", { numeric: true }).compare).at(-1);
}
