import type { EpochSummary, ProgressReport, RunSummary } from "@nn/core";

/** What is known of a run that is watched. It goes to pages as JSON. */
export interface LoggedRun {
  /** Tells runs apart: `run`, or `fold 1` and so on. */
  readonly name: string;
  /** How many epochs there are to be. */
  epochs: number;
  /** Why it ended; nothing while it goes on. */
  ended: string | null;
  /** Where it is, in epochs and parts of them, with the loss there. */
  now: Now | null;
  /** The figures of epochs, all of equal length. */
  history: { epoch: number[]; figures: { [name: string]: (number | null)[] } };
  /** One in so many epochs is kept. */
  every: number;
}

/** Where a run is. */
interface Now {
  readonly epoch: number;
  readonly loss: number | null;
  readonly rate: number | null;
}

/** An epoch that was added. */
export interface LoggedEpoch {
  readonly epoch: number;
  readonly figures: { readonly [name: string]: number | null };
}

/** A run of which nothing is known yet. */
export function newLoggedRun(name: string): LoggedRun {
  const history = { epoch: [], figures: named<(number | null)[]>() };
  return { name, epochs: 0, ended: null, now: null, history, every: 1 };
}

/** Takes in that the run has begun, or goes on from where it was. */
export function begin(run: LoggedRun, { epochs }: RunSummary): void {
  run.epochs = Number.isFinite(epochs) ? epochs : 0;
  run.ended = null;
}

/** Takes in where the run is. */
export function advance(run: LoggedRun, { epoch, loss, rate }: ProgressReport): void {
  run.now = { epoch, loss: finite(loss), rate: finite(rate) };
}

/**
 * Takes in an epoch. Returns it where it is one of those that are kept, or `thinned` where half of the epochs so far had
 * to go, so that there are never more than `most`.
 */
export function record(
  run: LoggedRun,
  report: EpochSummary,
  most: number,
): LoggedEpoch | "thinned" | undefined {
  advance(run, report);
  const epoch = Math.round(report.epoch);
  if (epoch % run.every !== 0 && run.history.epoch.length > 0) return undefined;
  const figures = named<number | null>();
  figures["loss"] = finite(report.loss);
  for (const [name, value] of Object.entries(report.metrics)) figures[name] = finite(value);
  append(run.history, { epoch, figures });
  if (run.history.epoch.length < most) return { epoch, figures };
  run.every *= 2;
  const kept = run.history.epoch.map((epoch, i) => i === 0 || epoch % run.every === 0);
  const { history } = run;
  history.epoch = history.epoch.filter((_, i) => kept[i]);
  for (const name of Object.keys(history.figures))
    history.figures[name] = history.figures[name]!.filter((_, i) => kept[i]);
  return "thinned";
}

function append(history: LoggedRun["history"], { epoch, figures }: LoggedEpoch): void {
  const before = history.epoch.length;
  history.epoch.push(epoch);
  for (const name of new Set([...Object.keys(history.figures), ...Object.keys(figures)])) {
    const values = (history.figures[name] ??= Array.from({ length: before }, () => null));
    values.push(figures[name] ?? null);
  }
}

/** An object with no names but those that it is given: a metric may be called `constructor`. */
function named<T>(): { [name: string]: T } {
  return Object.create(null) as { [name: string]: T };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
