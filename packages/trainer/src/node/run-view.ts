import type { EpochSummary, ProgressReport, RunSummary } from "@nn/core";
import { bar, type Cell } from "./line.ts";
import { digits, duration, seconds } from "./units.ts";

/** One run as a display knows it: what it was told, and how fast that came. */
export interface RunView {
  readonly isActive: boolean;
  readonly hasEnded: boolean;
  /** How much of the run is done, from 0 to 1, and how much of it was done here, not before it was resumed. */
  share(): number;
  fresh(): number;
  start(run: RunSummary): void;
  progress(report: ProgressReport): void;
  epoch(report: EpochSummary): void;
  end(ended: string | undefined): void;
  /** Its line, with a bar of so many columns where it still runs. */
  cells(barWidth?: number): Cell[];
  /** The line of the epoch that it is in, where epochs are long enough to be watched. */
  epochCells(barWidth: number): Cell[] | undefined;
  /** What is left to say once it has ended: its best epoch. */
  summary(): Cell[];
}

/** Epochs that take fewer milliseconds have no bar of their own. */
const longEpoch = 2000;

const reasons: { readonly [ended: string]: string } = {
  callback: "stopped by a callback",
  signal: "stopped by a signal",
  fault: "stopped by a fault",
  error: "stopped by an error",
};

/** A run of which nothing is known yet. */
export function newRunView(): RunView {
  let state: "new" | "active" | "ended" = "new";
  let run: RunSummary | undefined;
  let latest: ProgressReport | undefined;
  let last: EpochSummary | undefined;
  let best: EpochSummary | undefined;
  let ended = "";
  let took = 0;
  /** When the run started, when it was last heard of, and from where on the time of a step is measured. */
  let started = 0;
  let heard = 0;
  let clock = { at: 0, step: 0 };

  const first = (): number => run?.step ?? 0;
  const done = (): number => latest?.step ?? first();
  /** The steps of all epochs; NaN where streams do not say how long they are. */
  const total = (): number => {
    const steps = (run?.epochs ?? 0) * (run?.stepsPerEpoch ?? 0);
    return steps > 0 && Number.isFinite(steps) ? steps : Number.NaN;
  };
  /** NaN until there is a second chunk: the first one compiles, and says nothing. */
  const perStep = (): number => (heard - clock.at) / (done() - clock.step || Number.NaN);
  const hear = (report: ProgressReport): void => {
    heard = performance.now();
    if (!latest) clock = { at: heard, step: report.step };
    latest = report;
  };

  const figureCells = ({ metrics }: EpochSummary): Cell[] =>
    Object.entries(metrics).map(([label, value]) => ({
      label,
      value: digits(value),
      rank: label === run?.monitor.name ? 4 : 6,
    }));
  const lossCell = (loss: number): Cell => ({ label: "loss", value: digits(loss), rank: 1 });
  const epochCell = (): Cell => ({
    label: "epoch",
    value: `${Math.floor(latest?.epoch ?? (first() / (run?.stepsPerEpoch ?? 1) || 0))}/${run?.epochs}`,
  });
  const bestCells = (rank: number): Cell[] => {
    // There is none as long as what is monitored is NaN.
    if (!last?.best) return [];
    const { name = "loss" } = run?.monitor ?? {};
    const figure = best && (name === "loss" ? best.loss : best.metrics[name]);
    const shown = figure === undefined ? "" : ` (${digits(figure)})`;
    return [{ label: "best", value: `${last.best}${shown}`, rank }];
  };
  const endCells = (): Cell[] => {
    const reason = reasons[ended];
    const isFailure = ended === "fault" || ended === "error";
    const time: Cell = { label: "took", value: seconds(took), rank: 2 };
    return reason ? [time, { value: reason, rank: 1, isFailure }] : [time];
  };
  const timeCells = (): Cell[] => {
    const time = perStep();
    if (Number.isNaN(time)) return [];
    const left = time * (total() - done());
    const hasLeft = state === "active" && !Number.isNaN(left);
    return [
      { label: "time/step", value: duration(time), rank: 8 },
      ...(hasLeft ? [{ label: "left", value: seconds(left), rank: 2 }] : []),
    ];
  };
  const share = (): number => (state === "ended" ? 1 : done() / total() || 0);

  return {
    get isActive() {
      return state === "active";
    },
    get hasEnded() {
      return state === "ended";
    },
    share,
    fresh: () => share() - (first() / total() || 0),
    start(summary) {
      run = summary;
      state = "active";
      latest = last = best = undefined;
      ended = "";
      started = heard = performance.now();
      clock = { at: started, step: first() };
    },
    progress: hear,
    epoch(report) {
      hear(report);
      last = report;
      if (report.best === report.epoch) best = report;
    },
    end(reason = "") {
      state = "ended";
      ended = reason;
      took = performance.now() - started;
    },
    cells(barWidth = 0) {
      const of = Number.isNaN(total()) ? "" : `/${total()}`;
      return [
        ...(barWidth > 0 && state === "active" && of ? [bar(share(), barWidth, 3)] : []),
        epochCell(),
        { label: "step", value: `${done()}${of}`, rank: 9 },
        ...(latest ? [lossCell(latest.loss)] : []),
        ...(last ? figureCells(last) : []),
        ...bestCells(5),
        ...(latest && Number.isFinite(latest.rate)
          ? [{ label: "rate", value: digits(latest.rate, 3), rank: 7 }]
          : []),
        ...timeCells(),
        ...(state === "ended" ? endCells() : []),
      ];
    },
    epochCells(barWidth) {
      const perEpoch = run?.stepsPerEpoch ?? 0;
      const time = perStep();
      if (!latest || !Number.isFinite(perEpoch) || !(time * perEpoch >= longEpoch))
        return undefined;
      const within = latest.step % perEpoch;
      return [
        bar(within / perEpoch, barWidth, 1),
        { label: "step", value: `${within}/${perEpoch}` },
        { label: "of epoch", value: `${Math.floor(latest.step / perEpoch) + 1}`, rank: 3 },
        { label: "left", value: seconds(time * (perEpoch - within)), rank: 2 },
      ];
    },
    summary() {
      const shown = best ?? last;
      return [
        epochCell(),
        ...bestCells(0),
        ...(shown ? [lossCell(shown.loss), ...figureCells(shown)] : []),
        ...endCells(),
      ];
    },
  };
}
