import { check, type Observer, type RunInfo, type RunSummary, sizeOf } from "@nn/core";
import { checkKnown } from "../check-options.ts";
import { bar, type Cell, layOut, type Line, plainLine } from "./line.ts";
import { newRunView, type RunView } from "./run-view.ts";
import { newScreen } from "./screen.ts";
import { isTerminal, type ProgressStream, styleFor } from "./style.ts";
import { seconds } from "./units.ts";

/** Where progress is shown, and how often. */
export interface ProgressOptions {
  /** Where to write; the process's standard error by default. */
  readonly stream?: ProgressStream;
  /** The least number of milliseconds between two reports: 100 on a terminal, 1,000 elsewhere by default. */
  readonly interval?: number;
}

/** A display of progress, to be passed to `fit` among the callbacks. */
export interface Progress extends Observer {
  /**
   * Shows one of several runs, such as the folds of a cross-validation: `index` is its number from 0, `of` how many
   * there are. All of them share this display, and may run at the same time. What the observer is told may come from
   * another thread. A fold that starts again begins anew.
   */
  fold(index: number, of: number): Observer;
  /** Writes a text that stays, above what is kept up to date. */
  log(text: string): void;
}

/**
 * Shows how training goes: the loss, metrics, best epoch, learning rate, time per step and time left. On a terminal,
 * lines are kept up to date, and leave out what the terminal is too narrow for; elsewhere there is a line every second
 * at most. Folds that are done leave a line with the figures of their best epoch. The environment variables `NO_COLOR`
 * and `FORCE_COLOR` are respected.
 *
 * To be told of an epoch ends a chunk of steps. More than 10,000 epochs of a few microseconds, without validation, are
 * not slowed down by that: only loss, rate and time are shown of them.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [progress()] });
 * ```
 */
export function progress(options: ProgressOptions = {}): Progress {
  checkKnown("progress", options, ["stream", "interval"]);
  const { stream = process.stderr } = options;
  check(
    typeof stream?.write === "function",
    () => `progress: stream must be one such as process.stderr, got ${String(stream)}`,
  );
  const isLive = isTerminal(stream);
  const { interval = isLive ? 100 : 1000 } = options;
  check(
    typeof interval === "number" && interval >= 0,
    () => `progress: interval must be a number from 0, got ${String(interval)}`,
  );
  const style = styleFor(stream);
  const screen = newScreen(stream);
  const run = newRunView();
  const folds = new Map<number, { readonly view: RunView; readonly observer: Observer }>();
  let foldCount = 0;
  let started = 0;
  let shown = 0;

  const line = (cells: readonly Cell[]): Line =>
    layOut(cells, isLive ? screen.columns : Infinity, style);
  const activeFolds = (): [number, RunView][] =>
    [...folds]
      .map(([index, { view }]): [number, RunView] => [index, view])
      .filter(([, view]) => view.isActive)
      .toSorted(([a], [b]) => a - b);
  const countEnded = (): number => [...folds.values()].filter(({ view }) => view.hasEnded).length;

  /** What is known of all folds together. */
  const overallCells = (barWidth: number): Cell[] => {
    let share = 0;
    let fresh = 0;
    for (const { view } of folds.values()) {
      share += view.share() / foldCount;
      fresh += view.fresh() / foldCount;
    }
    const left = ((performance.now() - started) / fresh) * (1 - share);
    return [
      bar(share, barWidth, 1),
      { label: "folds", value: `${countEnded()}/${foldCount}` },
      ...(fresh > 0 ? [{ label: "left", value: seconds(left), rank: 2 }] : []),
    ];
  };
  /** The lines that are kept up to date: of the run, or of all folds, and of an epoch where there is only one. */
  const liveLines = (): Line[] => {
    const width = screen.columns < 80 ? 10 : 20;
    const lines: Line[] = [];
    const active = activeFolds();
    if (active.length > 0) lines.push(line(overallCells(width)));
    for (const [index, view] of active)
      lines.push(line([foldCell(index, foldCount), ...view.cells(width)]));
    if (run.isActive) lines.push(line(run.cells(width)));
    const single = run.isActive ? run : active[0]?.[1];
    const epoch = active.length < 2 ? single?.epochCells(width) : undefined;
    if (epoch) lines.push(line(epoch));
    const hidden = lines.length - screen.rows;
    if (hidden <= 0) return lines;
    return [...lines.slice(0, screen.rows - 1), line([{ value: `and ${hidden + 1} more` }])];
  };
  const show = (current: () => readonly Cell[]): void => {
    shown = performance.now();
    if (isLive) screen.draw(liveLines());
    else stream.write(`${line(current()).text}\n`);
  };
  /** Writes lines for good. */
  const leave = (lines: readonly Line[]): void => {
    if (isLive) screen.draw(liveLines(), lines);
    else for (const { text } of lines) stream.write(`${text}\n`);
  };

  /** Keeps a view up to date, and shows it whenever that is due. */
  const observe = (
    view: RunView,
    named: (cells: readonly Cell[]) => readonly Cell[],
    last: () => readonly Cell[],
  ): Required<Observer> => {
    const update = (): void => {
      if (performance.now() - shown >= interval) show(() => named(view.cells()));
    };
    return {
      start(summary) {
        if (!run.isActive && activeFolds().length === 0) {
          shown = performance.now();
          if (countEnded() === 0) started = shown;
        }
        view.start(summary);
        if (isLive) show(() => named(view.cells()));
      },
      progress(report) {
        view.progress(report);
        update();
      },
      epoch(report) {
        view.epoch(report);
        update();
      },
      end(ended) {
        if (!view.isActive) return;
        view.end(ended);
        leave([line(named(last()))]);
      },
    };
  };

  const whole = observe(
    run,
    (cells) => cells,
    () => run.cells(),
  );
  const display: Progress = {
    ...whole,
    start(summary) {
      if (hasManyShortEpochs(summary)) delete display.epoch;
      else display.epoch = whole.epoch;
      return whole.start(summary);
    },
    end(ended) {
      whole.end(ended);
      // Folds that nobody hears of any more, as when a worker is lost.
      for (const { observer } of folds.values()) void observer.end?.(ended);
    },
    fold(index, of) {
      check(
        Number.isInteger(index) && index >= 0 && index < of,
        () =>
          `progress: expected the number of a fold, from 0, and how many there are, got ${index} and ${of}`,
      );
      // Those of another cross-validation, which may have ended early.
      if (countEnded() === foldCount || of !== foldCount) folds.clear();
      foldCount = of;
      const view = newRunView();
      const observer = observe(
        view,
        (cells) => [foldCell(index, of), ...cells],
        () => view.summary(),
      );
      folds.set(index, { view, observer });
      return observer;
    },
    log: (text) => leave(text.split(/\r?\n/).map(plainLine)),
  };
  return display;
}

/** Whether it would make a run much slower to be told of its epochs: `fit` ends a chunk of steps with each of them. */
function hasManyShortEpochs({
  epochs,
  stepsPerEpoch,
  rows,
  monitor,
  declarations,
}: RunSummary & Partial<Pick<RunInfo, "declarations">>): boolean {
  // They end anyway for their validation, and what comes from another thread tells of them anyway.
  if (monitor.name.startsWith("validation/") || !declarations) return false;
  const parameters = declarations.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return epochs > 10_000 && stepsPerEpoch < 100 && rows * parameters < 50_000;
}

function foldCell(index: number, of: number): Cell {
  return { label: "fold", value: `${index + 1}/${of}`, rank: -1 };
}
