import type { Callback, ProgressReport, RunInfo } from "@nn/core";

/** Where progress is shown, and how. */
export interface ProgressOptions {
  /** Where to write; the process's standard error by default. */
  readonly stream?: { readonly isTTY?: boolean; write(text: string): unknown };
  /** Milliseconds between two reports: 100 on a terminal, 1,000 elsewhere by default. */
  readonly interval?: number;
}

/**
 * Shows how training goes: one line that is kept up to date on a terminal, and a line every second elsewhere. The
 * environment variable `NO_COLOR` turns off colours.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [progress()] });
 * ```
 */
export function progress(options: ProgressOptions = {}): Callback {
  const { stream = process.stderr } = options;
  const isTerminal = stream.isTTY === true;
  const { interval = isTerminal ? 100 : 1000 } = options;
  const isColoured = isTerminal && !process.env["NO_COLOR"];
  const dim = (text: string): string => (isColoured ? `\u001B[2m${text}\u001B[22m` : text);
  let run: Pick<RunInfo, "epochs" | "stepsPerEpoch"> = { epochs: 0, stepsPerEpoch: 0 };
  let started = 0;
  let shown = 0;
  let latest: ProgressReport | undefined;

  const show = (report: ProgressReport): void => {
    const now = performance.now();
    const steps = run.epochs * run.stepsPerEpoch;
    const perStep = (now - started) / report.step;
    const parts = [
      ["epoch", `${Math.floor(report.epoch)}/${run.epochs}`],
      ["step", `${report.step}/${steps}`],
      ["loss", report.loss.toPrecision(4)],
      ["rate", Number.isNaN(report.rate) ? "" : report.rate.toPrecision(3)],
      ["time/step", duration(perStep)],
      ["left", duration(perStep * (steps - report.step))],
    ];
    const line = parts
      .filter(([, value]) => value !== "")
      .map(([label, value]) => `${dim(label!)} ${value}`)
      .join("  ");
    stream.write(isTerminal ? `\r${line}\u001B[K` : `${line}\n`);
    shown = now;
    latest = undefined;
  };

  return {
    start(info) {
      run = info;
      started = shown = performance.now();
      latest = undefined;
    },
    progress(report) {
      latest = report;
      if (performance.now() - shown >= interval) show(report);
    },
    end() {
      if (latest) show(latest);
      if (isTerminal) stream.write("\n");
    },
  };
}

/** Milliseconds as people write a duration. */
function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(1)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(1)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
