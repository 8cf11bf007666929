import type { EpochSummary, Observer, RunSummary } from "@nn/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fit } from "../src/index.ts";
import { progress } from "../src/node.ts";
import { meanSquare, xorData, xorOptions } from "./support.ts";
import { fakeTerminal } from "./terminal.ts";

let now = 0;

beforeEach(() => {
  now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("FORCE_COLOR", undefined);
  vi.stubEnv("TERM", "xterm");
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const run: RunSummary = {
  epochs: 10,
  stepsPerEpoch: 4,
  rows: 16,
  step: 0,
  monitor: { name: "validation/loss", better: "lower" },
};

/** What is known after a step. */
function at(step: number): EpochSummary {
  const metrics = { r2: 0.5, "validation/loss": 2 / step, "validation/r2": 0.25 };
  const epoch = step / run.stepsPerEpoch;
  return { step, epoch, loss: 1 / step, rate: 0.01, metrics, probes: {}, best: Math.floor(epoch) };
}

/** Steps of 50 ms up to this one; epochs are told of unless `isWithin`. */
function advance(observer: Observer, from: number, to: number, isWithin = false): void {
  for (let step = from + 1; step <= to; step++) {
    now += 50;
    const report = at(step);
    void observer.progress?.(report);
    if (step % run.stepsPerEpoch === 0 && !isWithin) observer.epoch?.(report);
  }
}

/** What is written where there is no terminal. */
function plain(): { write(text: string): void; lines(): string[] } {
  let text = "";
  return { write: (part) => void (text += part), lines: () => text.split("\n").slice(0, -1) };
}

describe("progress without a terminal", () => {
  it("writes a line a second at most, and one at the end", () => {
    const stream = plain();
    const observer = progress({ stream });
    void observer.start?.(run);
    advance(observer, 0, 19);
    expect(stream.lines()).toEqual([]);
    advance(observer, 19, 40);
    expect(stream.lines()).toEqual([
      "epoch 5/10  step 20/40  loss 0.05000  r2 0.5000  validation/loss 0.1250  validation/r2 0.2500  " +
        "best 4 (0.1250)  rate 0.0100  time/step 50.0 ms  left 1.0 s",
      "epoch 10/10  step 40/40  loss 0.02500  r2 0.5000  validation/loss 0.05556  validation/r2 0.2500  " +
        "best 9 (0.05556)  rate 0.0100  time/step 50.0 ms  left 0.0 s",
    ]);
    now += 20;
    void observer.end?.("epochs");
    expect(stream.lines().at(-1)).toBe(
      "epoch 10/10  step 40/40  loss 0.02500  r2 0.5000  validation/loss 0.05000  validation/r2 0.2500  " +
        "best 10 (0.05000)  rate 0.0100  time/step 50.0 ms  took 2.0 s",
    );
  });

  it("says why training ended early", () => {
    const stream = plain();
    for (const ended of ["callback", "signal", "fault", "error"]) {
      const observer = progress({ stream });
      void observer.start?.(run);
      void observer.end?.(ended);
    }
    const ends = stream.lines().map((line) => line.split("  ").at(-1));
    expect(ends).toEqual(
      ["a callback", "a signal", "a fault", "an error"].map((reason) => `stopped by ${reason}`),
    );
  });

  it("measures a run that is resumed by what it has done itself", () => {
    const stream = plain();
    const observer = progress({ stream, interval: 0 });
    void observer.start?.({ ...run, step: 30 });
    advance(observer, 30, 33, true);
    expect(stream.lines().at(-1)).toBe(
      "epoch 8/10  step 33/40  loss 0.03030  rate 0.0100  time/step 50.0 ms  left 0.3 s",
    );
  });

  it("does not take the first chunk, which compiles, for the time of a step", () => {
    const stream = plain();
    const observer = progress({ stream, interval: 0 });
    void observer.start?.(run);
    now += 5000;
    advance(observer, 0, 1);
    expect(stream.lines().at(-1)).toBe("epoch 0/10  step 1/40  loss 1.000  rate 0.0100");
    advance(observer, 1, 3);
    expect(stream.lines().at(-1)).toContain("time/step 50.0 ms  left 1.9 s");
  });

  it("leaves out what it does not know", () => {
    const stream = plain();
    const observer = progress({ stream, interval: 0 });
    void observer.start?.({ ...run, stepsPerEpoch: Number.NaN });
    for (const step of [2, 7]) {
      now += 50;
      void observer.progress?.({ step, epoch: 0.3, loss: Number.NaN, rate: Number.NaN });
    }
    expect(stream.lines().at(-1)).toBe("epoch 0/10  step 7  loss NaN  time/step 10.0 ms");
  });

  it("shows no best epoch where there is none", () => {
    const stream = plain();
    const observer = progress({ stream, interval: 0 });
    void observer.start?.(run);
    observer.epoch?.({ ...at(4), best: 0, metrics: { "validation/loss": Number.NaN } });
    expect(stream.lines().at(-1)).toContain("validation/loss NaN  rate");
  });

  it("keeps names of metrics from doing anything to the output", () => {
    const stream = plain();
    const observer = progress({ stream, interval: 0 });
    void observer.start?.(run);
    observer.epoch?.({ ...at(4), metrics: { "a\u001B[2J\nb": 1 } });
    expect(stream.lines().at(-1)).toContain("a?[2J?b 1.000");
  });

  it("names folds, and leaves the figures of their best epochs", () => {
    const stream = plain();
    const display = progress({ stream });
    const [first, second] = [display.fold(0, 2), display.fold(1, 2)];
    void first.start?.(run);
    void second.start?.(run);
    advance(first, 0, 4);
    advance(second, 0, 16);
    now += 100;
    observeWorse(first, 8);
    void first.end?.("callback");
    void second.end?.("epochs");
    expect(stream.lines()).toEqual([
      "fold 2/2  epoch 4/10  step 16/40  loss 0.06250  r2 0.5000  validation/loss 0.1667  validation/r2 0.2500  " +
        "best 3 (0.1667)  rate 0.0100  time/step 50.0 ms  left 1.2 s",
      "fold 1/2  epoch 2/10  best 1 (0.5000)  loss 0.2500  r2 0.5000  validation/loss 0.5000  validation/r2 0.2500  " +
        "took 1.1 s  stopped by a callback",
      "fold 2/2  epoch 4/10  best 4 (0.1250)  loss 0.06250  r2 0.5000  validation/loss 0.1250  validation/r2 0.2500  " +
        "took 1.1 s",
    ]);
  });

  it("writes texts that are logged", () => {
    const stream = plain();
    progress({ stream }).log("one\ntwo\r\nthree");
    expect(stream.lines()).toEqual(["one", "two", "three"]);
  });

  it("refuses options that are none, and folds that are not there", () => {
    expect(() => progress({ every: 1 } as never)).toThrow(
      "progress: there is no option 'every'; there are stream, interval",
    );
    expect(() => progress({ interval: -1 })).toThrow(
      "progress: interval must be a number from 0, got -1",
    );
    expect(() => progress({ interval: "5" } as never)).toThrow("a number from 0, got 5");
    expect(() => progress({ stream: null } as never)).toThrow(
      "progress: stream must be one such as process.stderr, got null",
    );
    expect(() => progress().fold(3, 3)).toThrow(
      "progress: expected the number of a fold, from 0, and how many there are, got 3 and 3",
    );
  });
});

/** An epoch that is no better than the ones before. */
function observeWorse(observer: Observer, step: number): void {
  observer.epoch?.({ ...at(step), best: 1, metrics: { r2: -1, "validation/loss": 9 } });
}

describe("progress on a terminal", () => {
  it("keeps one line up to date, and leaves it at the end", () => {
    const stream = fakeTerminal(120);
    const observer = progress({ stream });
    void observer.start?.(run);
    expect(stream.lines()).toEqual(["░░░░░░░░░░░░░░░░░░░░  epoch 0/10  step 0/40"]);
    advance(observer, 0, 20);
    expect(stream.lines()).toEqual([
      "██████████░░░░░░░░░░  epoch 5/10  loss 0.05000  r2 0.5000  validation/loss 0.1250  best 4 (0.1250)  left 1.0 s",
    ]);
    advance(observer, 20, 40);
    void observer.end?.("epochs");
    expect(stream.lines()).toEqual([
      "epoch 10/10  loss 0.02500  r2 0.5000  validation/loss 0.05000  validation/r2 0.2500  best 10 (0.05000)  took 2.0 s",
    ]);
    expect(stream.text.endsWith("\n\u001B[J")).toBe(true);
  });

  it.each([5, 20, 40, 80, 200])("never wraps, also not with %i columns", (columns) => {
    const stream = fakeTerminal(columns);
    const display = progress({ stream, interval: 0 });
    const folds = [display.fold(0, 12), display.fold(9, 12)];
    for (const fold of folds) void fold.start?.(run);
    for (const fold of folds) advance(fold, 0, 9);
    observeWorse(folds[0]!, 12);
    folds[0]!.epoch?.({ ...at(16), metrics: { 精度: 1, "r2 😀": 0.5 } });
    expect(stream.lines().length).toBe(3);
    for (const fold of folds) void fold.end?.("fault");
    expect(stream.lines().length).toBe(2);
    expect(stream.wraps).toBe(0);
  });

  it("shows the most important figures where there is little room", () => {
    const stream = fakeTerminal(40);
    const observer = progress({ stream, interval: 0 });
    void observer.start?.(run);
    advance(observer, 0, 20);
    expect(stream.lines()).toEqual(["epoch 5/10  loss 0.05000  left 1.0 s"]);
  });

  it("follows when the terminal is resized", () => {
    const stream = fakeTerminal(150);
    const observer = progress({ stream, interval: 0 });
    void observer.start?.(run);
    advance(observer, 0, 20);
    stream.resize(40);
    expect(stream.lines().length).toBeGreaterThan(2);
    advance(observer, 20, 21);
    expect(stream.lines()).toEqual(["epoch 5/10  loss 0.04762  left 0.9 s"]);
    stream.resize(90);
    advance(observer, 21, 22);
    expect(stream.lines().length).toBe(1);
    expect(stream.lines()[0]!.length).toBeGreaterThan(60);
  });

  it("shows folds that run at the same time, each on a line, below all of them together", () => {
    const stream = fakeTerminal(100);
    const display = progress({ stream, interval: 0 });
    const folds = [0, 1, 2, 3].map((index) => display.fold(index, 4));
    void folds[0]!.start?.(run);
    void folds[1]!.start?.(run);
    advance(folds[0]!, 0, 20);
    advance(folds[1]!, 0, 8);
    expect(stream.lines()).toEqual([
      "████░░░░░░░░░░░░░░░░  folds 0/4  left 6.6 s",
      "fold 1/4  ██████████░░░░░░░░░░  epoch 5/10  loss 0.05000  validation/loss 0.1000  left 1.0 s",
      "fold 2/4  ████░░░░░░░░░░░░░░░░  epoch 2/10  loss 0.1250  validation/loss 0.2500  left 1.6 s",
    ]);
    void folds[0]!.end?.("callback");
    void folds[2]!.start?.(run);
    expect(stream.lines()).toEqual([
      "fold 1/4  epoch 5/10  best 5 (0.1000)  loss 0.05000  r2 0.5000  took 1.4 s  stopped by a callback",
      "██████░░░░░░░░░░░░░░  folds 1/4  left 3.3 s",
      "fold 2/4  ████░░░░░░░░░░░░░░░░  epoch 2/10  loss 0.1250  validation/loss 0.2500  left 1.6 s",
      "fold 3/4  ░░░░░░░░░░░░░░░░░░░░  epoch 0/10  step 0/40",
    ]);
    for (const fold of folds.slice(1)) void fold.start?.(run);
    for (const fold of folds.slice(1)) void fold.end?.("epochs");
    expect(stream.lines().length).toBe(4);
    expect(stream.lines().every((line) => line.startsWith("fold "))).toBe(true);
  });

  it("takes what was done before a fold was resumed as done, but not for its speed", () => {
    const stream = fakeTerminal(100);
    const fold = progress({ stream, interval: 0 }).fold(0, 1);
    void fold.start?.({ ...run, step: 20 });
    expect(stream.lines()).toEqual([
      "██████████░░░░░░░░░░  folds 0/1",
      "fold 1/1  ██████████░░░░░░░░░░  epoch 5/10  step 20/40",
    ]);
    advance(fold, 20, 30);
    expect(stream.lines()[0]).toBe("███████████████░░░░░  folds 0/1  left 0.5 s");
  });

  it("begins anew with a fold that starts again", () => {
    const stream = fakeTerminal(100);
    const display = progress({ stream, interval: 0 });
    const fold = display.fold(0, 2);
    void fold.start?.(run);
    advance(fold, 0, 20);
    void display.fold(0, 2).start?.(run);
    expect(stream.lines()[1]).toBe("fold 1/2  ░░░░░░░░░░░░░░░░░░░░  epoch 0/10  step 0/40");
  });

  it("forgets the folds of a cross-validation that ended early", () => {
    const stream = fakeTerminal(100);
    const display = progress({ stream });
    for (const index of [0, 1, 2]) void display.fold(index, 3).start?.(run);
    void display.fold(1, 2).start?.(run);
    expect(stream.lines()).toEqual([
      "░░░░░░░░░░░░░░░░░░░░  folds 0/2",
      "fold 2/2  ░░░░░░░░░░░░░░░░░░░░  epoch 0/10  step 0/40",
    ]);
  });

  it("ends folds that nobody hears of any more", () => {
    const stream = fakeTerminal(100);
    const display = progress({ stream });
    for (const index of [0, 1]) void display.fold(index, 2).start?.(run);
    void display.end?.("error");
    expect(stream.lines()).toEqual([
      "fold 1/2  epoch 0/10  took 0.0 s  stopped by an error",
      "fold 2/2  epoch 0/10  took 0.0 s  stopped by an error",
    ]);
  });

  it("shows as many folds as there are lines", () => {
    const stream = fakeTerminal(60, 5);
    const display = progress({ stream, interval: 0 });
    for (let i = 0; i < 9; i++) void display.fold(i, 9).start?.(run);
    expect(stream.lines().length).toBe(4);
    expect(stream.lines().at(-1)).toBe("and 7 more");
  });

  it("has a bar of its own for an epoch that takes long", () => {
    const stream = fakeTerminal(100);
    const observer = progress({ stream, interval: 0 });
    void observer.start?.({ ...run, stepsPerEpoch: 100 });
    advance(observer, 0, 125, true);
    expect(stream.lines()[1]).toBe("█████░░░░░░░░░░░░░░░  step 25/100  of epoch 2  left 3.8 s");
  });

  it("draws no more often than it should", () => {
    const stream = fakeTerminal(100);
    let writes = 0;
    const { write } = stream;
    stream.write = (text) => {
      writes++;
      return write(text);
    };
    const observer = progress({ stream });
    void observer.start?.(run);
    advance(observer, 0, 40);
    expect(writes).toBe(1 + 20);
  });

  it("writes texts above what is kept up to date", () => {
    const stream = fakeTerminal(40);
    const display = progress({ stream, interval: 0 });
    void display.start?.(run);
    advance(display, 0, 4);
    display.log("units of 'hidden' are dead");
    advance(display, 4, 8);
    expect(stream.lines()).toEqual([
      "units of 'hidden' are dead",
      "epoch 2/10  loss 0.1250  left 1.6 s",
    ]);
  });

  it("is not one where the terminal cannot move its cursor", () => {
    vi.stubEnv("TERM", "dumb");
    const stream = fakeTerminal(100);
    const observer = progress({ stream });
    void observer.start?.(run);
    void observer.end?.("epochs");
    expect(stream.text).toBe("epoch 0/10  step 0/40  took 0.0 s\n");
  });
});

describe("colours", () => {
  /** What is written with these variables. */
  function written(isTTY: boolean, env: Record<string, string | undefined>): string {
    for (const [name, value] of Object.entries({ NO_COLOR: undefined, ...env }))
      vi.stubEnv(name, value);
    let text = "";
    const observer = progress({ stream: { isTTY, write: (part) => (text += part) } });
    void observer.start?.(run);
    void observer.end?.("fault");
    return text;
  }

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, {}, false],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "true", NO_COLOR: "1" }, true],
  ])("on a terminal: %o, with %o: %o", (isTTY, env, isColoured) => {
    const text = written(isTTY, env);
    expect(text.includes("\u001B[2mepoch\u001B[22m")).toBe(isColoured);
    expect(text.includes("\u001B[31mstopped by a fault\u001B[39m")).toBe(isColoured);
  });
});

describe("progress of fit", () => {
  it("shows metrics, validation and the best epoch", async () => {
    const stream = plain();
    const metrics = [meanSquare()];
    const callbacks = [progress({ stream })];
    await fit(xorOptions({ epochs: 20, metrics, validation: xorData, callbacks }));
    expect(stream.lines().at(-1)).toMatch(
      /^epoch 20\/20 {2}step 20\/20 {2}loss 0\.\d+ {2}meanSquare 0\.\d+ {2}validation\/loss 0\.\d+ {2}validation\/meanSquare 0\.\d+ {2}best \d+ \(0\.\d+\) {2}rate 0\.100/,
    );
  });

  it("does not slow down very many short epochs, and says what there is to say without them", async () => {
    let chunks = 0;
    const counting = { progress: () => void chunks++ };
    /** How many chunks of steps there are, and the last line. */
    const watched = async (
      changes: Parameters<typeof xorOptions>[0],
    ): Promise<[number, string]> => {
      chunks = 0;
      const stream = plain();
      const callbacks = [progress({ stream }), counting];
      await fit(xorOptions({ metrics: [meanSquare()], callbacks, ...changes }));
      return [chunks, stream.lines().at(-1)!];
    };
    const [many, line] = await watched({ epochs: 10_001 });
    expect(many).toBeLessThan(100);
    expect(line).toMatch(/^epoch 10001\/10001 {2}step 10001\/10001 {2}loss 0\.\d+ {2}rate 0\.100/);
    const [few, full] = await watched({ epochs: 500 });
    expect(few).toBe(500);
    expect(full).toContain("meanSquare");
  });

  it("hears of all epochs again in a run that has fewer, or that validates them", () => {
    const observer = progress({ stream: plain() });
    const short = { ...run, epochs: 20_000, declarations: [], monitor: { name: "loss" } };
    const hears = (info: object): boolean => {
      void observer.start?.(info as RunSummary);
      return observer.epoch !== undefined;
    };
    expect(hears(short)).toBe(false);
    expect(hears({ ...short, epochs: 10_000 })).toBe(true);
    expect(hears({ ...short, monitor: run.monitor })).toBe(true);
    expect(hears({ ...short, stepsPerEpoch: 100 })).toBe(true);
    expect(hears({ ...short, declarations: [{ shape: [100, 100] }] })).toBe(true);
  });
});
