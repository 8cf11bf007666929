import type UPlot from "uplot";
import type { LoggedEpoch, LoggedRun } from "./run-log.ts";

/** What uPlot's script defines. */
declare const uPlot: typeof UPlot;

/**
 * What runs in the page. It is sent there as the text of this function, so that nothing outside of it exists for it but
 * the page's globals, and the colours of series.
 */
export function page(colours: readonly string[]): void {
  const runs = new Map<string, LoggedRun>();
  /** A chart for each figure; its series are those of `keys`. */
  const charts = new Map<
    string,
    { plot: UPlot; keys: string; box: HTMLElement; isLog: boolean; log: HTMLInputElement }
  >();
  const element = (id: string): HTMLElement => document.getElementById(id)!;
  const create = <K extends keyof HTMLElementTagNameMap>(
    name: K,
    text = "",
  ): HTMLElementTagNameMap[K] => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const show = (value: number | null): string =>
    value === null ? "not finite" : String(Number(value.toPrecision(4)));

  /** The series of a figure: for each run, its training and its validation. */
  const seriesOf = (
    figure: string,
  ): { label: string; run: LoggedRun; name: string; colour: string; isTraining: boolean }[] =>
    [...runs.values()].flatMap((run, i) =>
      [figure, `validation/${figure}`]
        .filter((name) => Object.hasOwn(run.history.figures, name))
        .map((name) => {
          const isTraining = name === figure;
          const colour = colours[runs.size === 1 ? Number(!isTraining) : i % colours.length]!;
          const part = isTraining ? "training" : "validation";
          return {
            label: runs.size === 1 ? part : `${run.name}, ${part}`,
            run,
            name,
            colour,
            isTraining,
          };
        }),
    );

  const dataOf = (figure: string, isLog: boolean): UPlot.AlignedData => {
    const tables = seriesOf(figure).map(({ run, name }): UPlot.AlignedData => {
      const values = run.history.figures[name]!;
      return [
        run.history.epoch,
        isLog ? values.map((value) => (value !== null && value > 0 ? value : null)) : values,
      ];
    });
    return tables.length > 0 ? uPlot.join(tables) : [[]];
  };

  /** Whether a logarithmic axis shows more, unless the reader has decided. */
  const wantsLog = (figure: string): boolean => {
    const values = seriesOf(figure).flatMap(({ run, name }) =>
      run.history.figures[name]!.filter((value) => value !== null),
    );
    let [least, greatest] = [Infinity, 0];
    for (const value of values) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    return least > 0 && greatest / least >= 100;
  };

  const height = 260;
  /** What the padding of a box leaves for its chart. */
  const widthOf = (box: HTMLElement): number => Math.max(box.clientWidth - 24, 200);
  const newPlot = (figure: string, box: HTMLElement, isLog: boolean): UPlot => {
    const style = getComputedStyle(document.body);
    const axis = {
      stroke: style.color,
      grid: { stroke: style.getPropertyValue("--line"), width: 1 },
    };
    const series = seriesOf(figure).map(({ label, colour, isTraining }) => ({
      label,
      stroke: colour,
      width: 1.5,
      spanGaps: true,
      points: { show: false },
      ...(isTraining && runs.size > 1 ? { dash: [4, 3] } : {}),
    }));
    return new uPlot(
      {
        width: widthOf(box),
        height,
        scales: { x: { time: false }, y: isLog ? { distr: 3 } : {} },
        axes: [{ ...axis }, { ...axis, size: 64 }],
        series: [{ label: "epoch" }, ...series],
        legend: { show: series.length <= 4 },
      },
      dataOf(figure, isLog),
      box,
    );
  };

  /** What a canvas cannot say to a screen reader. */
  const describe = (box: HTMLElement, figure: string): void => {
    const parts = seriesOf(figure).map(({ label, run, name }) => {
      const { epoch, figures } = run.history;
      return `${label}: ${show(figures[name]!.at(-1) ?? null)} at epoch ${epoch.at(-1)}`;
    });
    box.setAttribute("aria-label", `${figure}; ${parts.join("; ")}`);
  };

  const drawCharts = (): void => {
    const names = [...runs.values()].flatMap((run) => Object.keys(run.history.figures));
    const figures = new Set(names.map((name) => name.replace(/^validation\//, "")));
    for (const [figure, { plot, box }] of charts)
      if (!figures.has(figure)) {
        plot.destroy();
        box.remove();
        charts.delete(figure);
      }
    for (const figure of figures) {
      const known = charts.get(figure);
      const keys = seriesOf(figure)
        .map(({ label }) => label)
        .join("\n");
      const decided = known?.log.dataset["decided"] === "true";
      const isLog = decided ? known!.log.checked : wantsLog(figure);
      if (known && known.keys === keys && known.isLog === isLog) {
        known.plot.setData(dataOf(figure, isLog));
        describe(known.box, figure);
        continue;
      }
      known?.plot.destroy();
      const box = known?.box ?? create("figure");
      const log = known?.log ?? create("input");
      if (!known) {
        box.dataset["figure"] = figure;
        log.type = "checkbox";
        log.addEventListener("change", () => {
          log.dataset["decided"] = "true";
          drawCharts();
        });
        const [caption, label] = [create("figcaption", figure), create("label")];
        label.append(log, " logarithmic");
        caption.append(label);
        box.append(caption);
        element("charts").append(box);
      }
      log.checked = isLog;
      describe(box, figure);
      charts.set(figure, { plot: newPlot(figure, box, isLog), keys, box, isLog, log });
    }
  };

  const drawRuns = (): void => {
    element("hint").hidden = runs.size < 2;
    const items = [...runs.values()].map(({ name, epochs, ended, now }, i) => {
      const item = create("li");
      const bar = create("progress");
      bar.max = epochs || 1;
      bar.value = ended === null ? (now?.epoch ?? 0) : bar.max;
      bar.setAttribute("aria-label", name);
      if (runs.size > 1) bar.style.accentColor = colours[i % colours.length]!;
      const parts = [
        name,
        now && `epoch ${Math.floor(now.epoch)} of ${epochs || "?"}`,
        now && `loss ${show(now.loss)}`,
        ended !== null && `ended: ${ended}`,
      ];
      item.append(
        bar,
        ...parts.filter((part) => typeof part === "string").map((part) => create("span", part)),
      );
      return item;
    });
    element("runs").replaceChildren(...items);
  };

  let isDue = false;
  const draw = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      drawRuns();
      drawCharts();
    });
  };

  const add = ({ history }: LoggedRun, { epoch, figures }: LoggedEpoch): void => {
    const before = history.epoch.length;
    history.epoch.push(epoch);
    for (const name of new Set([...Object.keys(history.figures), ...Object.keys(figures)])) {
      if (!Object.hasOwn(history.figures, name))
        history.figures[name] = Array.from({ length: before }, () => null);
      history.figures[name]!.push(Object.hasOwn(figures, name) ? figures[name]! : null);
    }
  };

  const source = new EventSource("events");
  const on = (event: string, take: (data: string) => void): void =>
    source.addEventListener(event, ({ data }: MessageEvent<string>) => take(data));
  const say = (text: string): void => {
    element("status").textContent = text;
  };
  on("state", (data) => {
    runs.clear();
    for (const run of JSON.parse(data) as LoggedRun[]) runs.set(run.name, run);
    const hasEnded = [...runs.values()].every(({ ended }) => ended !== null);
    say(runs.size === 0 ? "waiting for a run to begin" : hasEnded ? "trained" : "training");
    draw();
  });
  on("news", (data) => {
    const news = JSON.parse(data) as {
      name: string;
      now: LoggedRun["now"];
      epochs: LoggedEpoch[];
    }[];
    for (const { name, now, epochs } of news) {
      const run = runs.get(name);
      if (!run) continue;
      run.now = now;
      for (const epoch of epochs) add(run, epoch);
    }
    say("training");
    draw();
  });
  on("end", () => {
    source.close();
    say("the run is over");
  });
  // The browser tries again by itself, and is sent everything then.
  source.addEventListener("error", () => say("the connection is lost; trying again …"));
  const sizes = new ResizeObserver(() => {
    for (const { plot, box } of charts.values())
      if (plot.width !== widthOf(box)) plot.setSize({ width: widthOf(box), height });
  });
  sizes.observe(element("charts"));
}
