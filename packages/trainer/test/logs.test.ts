import type { Callback, EpochReport, Observer, RunSummary, StoredModel } from "@nn/core";
import { momentum } from "@nn/optimizers";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { csvLog, jsonLog, tensorBoard } from "../src/node.ts";
import { eventsIn } from "./event-reader.ts";
import { lineOptions, meanSquare } from "./support.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "nn-logs-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const run: RunSummary = {
  epochs: 5,
  stepsPerEpoch: 4,
  rows: 16,
  step: 0,
  monitor: { name: "loss", better: "lower" },
};

/** What is known after an epoch of 4 steps, besides what is given. */
function epoch(number: number, rest: Partial<EpochReport> = {}): EpochReport {
  return {
    step: 4 * number,
    epoch: number,
    loss: 1 / number,
    rate: 0.1,
    best: number,
    metrics: {},
    probes: {},
    parameters: {},
    ...rest,
  };
}

/** Tells an observer of a run that goes from one epoch to another. */
function tell(observer: Observer, from: number, to: number, rest: Partial<EpochReport> = {}): void {
  void observer.start?.({ ...run, step: 4 * from });
  for (let number = from + 1; number <= to; number++) observer.epoch?.(epoch(number, rest));
  void observer.end?.("epochs");
}

function read(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

describe("csvLog", () => {
  const log = (): Observer => csvLog(path.join(folder, "new/run.csv"));

  it("writes a line of names and a line for every epoch, into a folder of its own", () => {
    tell(log(), 0, 2, { metrics: { r2: 0.5, "validation/loss": 2 }, probes: { norm: 3 } });
    expect(read("new/run.csv")).toBe(
      "epoch,step,loss,r2,validation/loss,rate,best,norm\n" +
        "1,4,1,0.5,2,0.1,1,3\n" +
        "2,8,0.5,0.5,2,0.1,2,3\n",
    );
  });

  it("has every line in the file before the next one comes", () => {
    const observer = log();
    void observer.start?.(run);
    observer.epoch?.(epoch(1));
    expect(read("new/run.csv").split("\n").length).toBe(3);
    void observer.end?.("error");
  });

  it("quotes names, and finds them again", () => {
    const metrics = { 'a "b", c': 1, "d\ne": 2 };
    tell(log(), 0, 1, { metrics });
    const text = read("new/run.csv");
    expect(text).toBe('epoch,step,loss,"a ""b"", c","d\ne",rate,best\n1,4,1,1,2,0.1,1\n');
    tell(log(), 1, 2, { metrics });
    expect(read("new/run.csv")).toBe(`${text}2,8,0.5,1,2,0.1,2\n`);
  });

  it("writes numbers that are not finite as words", () => {
    tell(log(), 0, 1, { loss: Number.NaN, rate: Infinity, metrics: { low: -Infinity } });
    expect(read("new/run.csv").split("\n")[1]).toBe("1,4,NaN,-Infinity,Infinity,1");
  });

  it("tells a metric or probe that is named like another column from it", () => {
    tell(log(), 0, 1, { metrics: { rate: 5, norm: 6 }, probes: { loss: 7, norm: 8 } });
    expect(read("new/run.csv")).toBe(
      "epoch,step,loss,metrics/rate,norm,rate,best,probes/loss,probes/norm\n1,4,1,5,6,0.1,1,7,8\n",
    );
  });

  it("makes room for a probe that is measured later", () => {
    const observer = log();
    void observer.start?.(run);
    observer.epoch?.(epoch(1));
    observer.epoch?.(epoch(2, { probes: { norm: 9 } }));
    observer.epoch?.(epoch(3, { probes: { norm: 10 } }));
    void observer.end?.("epochs");
    expect(read("new/run.csv")).toBe(
      "epoch,step,loss,rate,best,norm\n1,4,1,0.1,1,\n2,8,0.5,0.1,2,9\n3,12,0.3333333333333333,0.1,3,10\n",
    );
    expect(readdirSync(path.join(folder, "new"))).toEqual(["run.csv"]);
  });

  it("goes on in a file that somebody has edited, also with a spreadsheet", () => {
    tell(log(), 0, 4);
    const [names, one, two, three] = read("new/run.csv").split("\n");
    const edited = `\uFEFF${names}\r\n${one}\r\n\r\n"a note"\r\n${two}\r\n`;
    writeFileSync(path.join(folder, "new/run.csv"), `${edited}${three}\r\n`);
    tell(log(), 2, 3);
    expect(read("new/run.csv")).toBe(`${edited}${three}\n`);
  });

  it("refuses to go on in a file that is not in UTF-8, and leaves it as it is", () => {
    tell(log(), 0, 2, { metrics: { précision: 1 } });
    const file = path.join(folder, "new/run.csv");
    const bytes = Buffer.from(readFileSync(file, "utf8"), "latin1");
    writeFileSync(file, bytes);
    expect(() => tell(log(), 1, 2)).toThrow(`csvLog: '${file}' is not in UTF-8`);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it("refuses to go on in a file that is something else, and leaves it as it is", () => {
    const file = path.join(folder, "table.csv");
    writeFileSync(file, "name,price\na,1\n");
    expect(() => tell(csvLog(file), 2, 3)).toThrow(
      `csvLog: '${file}' is no such log, its columns are name, price`,
    );
    expect(read("table.csv")).toBe("name,price\na,1\n");
  });
});

describe("jsonLog", () => {
  const log = (): Observer => jsonLog(path.join(folder, "run.jsonl"));

  it("writes an object for every epoch, without the parameters", () => {
    tell(log(), 0, 2, { metrics: { r2: 0.5 }, probes: { norm: 3 } });
    expect(
      read("run.jsonl")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(
      [1, 2].map((number) => ({
        epoch: number,
        step: 4 * number,
        loss: 1 / number,
        rate: 0.1,
        best: number,
        metrics: { r2: 0.5 },
        probes: { norm: 3 },
      })),
    );
  });

  it("writes numbers that are not finite as null", () => {
    tell(log(), 0, 1, { loss: Number.NaN, rate: Infinity });
    expect(JSON.parse(read("run.jsonl"))).toMatchObject({ loss: null, rate: null });
  });

  it("goes on in a file that somebody has edited", () => {
    tell(log(), 0, 4);
    const [one, two, three] = read("run.jsonl").split("\n");
    const edited = `${one}\n\na note\n${two}\n`;
    writeFileSync(path.join(folder, "run.jsonl"), `${edited}${three}\n`);
    tell(log(), 2, 3);
    expect(read("run.jsonl")).toBe(`${edited}${three}\n`);
  });

  it("refuses to go on in a file that is something else, and leaves it as it is", () => {
    const file = path.join(folder, "run.jsonl");
    for (const text of ["some text\n", "\n", '{"name":1}\n', "null\n"]) {
      writeFileSync(file, text);
      expect(() => tell(log(), 2, 3)).toThrow(`jsonLog: '${file}' is no such log`);
      expect(read("run.jsonl")).toBe(text);
    }
  });
});

describe("tensorBoard", () => {
  const events = (): ReturnType<typeof eventsIn> => {
    const names = readdirSync(folder);
    return eventsIn(readFileSync(path.join(folder, names[0]!)));
  };

  it("writes event files as TensorBoard reads them", () => {
    const before = Date.now() / 1000;
    tell(tensorBoard(folder), 0, 2, { metrics: { "validation/loss": 2 }, probes: { ä: 0.25 } });
    const [version, ...rest] = events();
    expect(version).toMatchObject({ fileVersion: "brain.Event:2", step: 0 });
    expect(rest).toMatchObject([
      { step: 4, values: { loss: 1, "validation/loss": 2, rate: Math.fround(0.1), ä: 0.25 } },
      { step: 8, values: { loss: 0.5 } },
    ]);
    for (const { wallTime } of events()) {
      expect(wallTime).toBeGreaterThanOrEqual(before);
      expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
    }
    expect(readdirSync(folder)[0]).toMatch(/^events\.out\.tfevents\.\d{10}\..+\.\d+\.0$/);
  });

  it("writes numbers that are not finite, and steps of any size", () => {
    const observer = tensorBoard(folder);
    void observer.start?.(run);
    const step = 2 ** 40 + 300;
    observer.epoch?.(epoch(1, { step, loss: Number.NaN, metrics: { low: -Infinity } }));
    // A solver without a learning rate.
    observer.epoch?.(epoch(2, { step: step + 1, rate: Number.NaN }));
    void observer.end?.("epochs");
    expect(events().slice(1)).toMatchObject([
      { step, values: { loss: Number.NaN, low: -Infinity, rate: Math.fround(0.1) } },
      { step: step + 1, values: { loss: 0.5 } },
    ]);
    expect(Object.keys(events()[2]!.values)).toEqual(["loss"]);
  });

  it("begins another file with another run, and goes on in the newest one", () => {
    tell(tensorBoard(folder), 0, 2);
    tell(tensorBoard(folder), 0, 3);
    expect(readdirSync(folder).length).toBe(2);
    tell(tensorBoard(folder), 2, 4);
    const files = readdirSync(folder).toSorted();
    const steps = files.map((name) =>
      eventsIn(readFileSync(path.join(folder, name))).map(({ step }) => step),
    );
    expect(steps).toEqual([
      [0, 4, 8],
      [0, 4, 8, 12, 16],
    ]);
  });

  it("refuses to go on in a file that is something else, and leaves it as it is", () => {
    const file = path.join(folder, "events.out.tfevents.1");
    writeFileSync(file, "this is no event file at all");
    expect(() => tell(tensorBoard(folder), 1, 2)).toThrow(
      `tensorBoard: '${file}' is no event file`,
    );
    expect(readFileSync(file, "utf8")).toBe("this is no event file at all");
  });
});

/** Without the times, which differ between two runs. */
function timeless(file: string): unknown {
  const bytes = readFileSync(file);
  if (!path.basename(file).startsWith("events.")) return bytes.toString();
  return eventsIn(bytes).map(({ step, fileVersion, values }) => [step, fileVersion, values]);
}

describe.each([
  ["csvLog", (at: string) => csvLog(path.join(at, "log"))],
  ["jsonLog", (at: string) => jsonLog(path.join(at, "log"))],
  ["tensorBoard", (at: string) => tensorBoard(at)],
])("%s", (_, log) => {
  /** What is in the one file of a folder. */
  const contentOf = (at: string): unknown => {
    const files = readdirSync(at);
    expect(files.length).toBe(1);
    return timeless(path.join(at, files[0]!));
  };
  let whole = "";
  let broken = "";
  beforeEach(() => {
    whole = path.join(folder, "whole");
    broken = path.join(folder, "broken");
  });
  const metrics = { "a, b": 2 };

  it.each([1, 3, 4])("goes on with a run that was saved after epoch %i of 4", (saved) => {
    tell(log(whole), 0, 5, { metrics });
    tell(log(broken), 0, 4, { metrics });
    tell(log(broken), saved, 5, { metrics });
    expect(contentOf(broken)).toEqual(contentOf(whole));
  });

  it("drops what was only written in part, wherever the process was killed", () => {
    tell(log(whole), 0, 1, { metrics });
    const file = path.join(whole, readdirSync(whole)[0]!);
    const first = readFileSync(file).length;
    tell(log(whole), 1, 3, { metrics });
    const bytes = readFileSync(file);
    const expected = timeless(file);
    for (let length = first; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      tell(log(whole), 1, 3, { metrics });
      expect(timeless(file)).toEqual(expected);
    }
  });

  it("does not write an epoch twice that is told of again", () => {
    tell(log(whole), 0, 2);
    const before = contentOf(whole);
    const observer = log(whole);
    void observer.start?.({ ...run, step: 8 });
    observer.epoch?.(epoch(2));
    void observer.end?.("epochs");
    expect(contentOf(whole)).toEqual(before);
  });

  it("begins anew where there is nothing to go on with", () => {
    tell(log(whole), 3, 4);
    expect(JSON.stringify(contentOf(whole))).toContain("16");
  });

  it("starts a file for every run, ends without a start, and hears of epochs without one", () => {
    const observer = log(whole);
    observer.epoch?.(epoch(1));
    void observer.end?.("error");
    expect(existsSync(whole)).toBe(false);
  });

  it("is the same after fit was interrupted and resumed", async () => {
    const options = lineOptions({
      epochs: 6,
      metrics: [meanSquare()],
      optimizer: momentum({ learningRate: 0.1 }),
    });
    await fit({ ...options, callbacks: [log(whole)] });
    let resume: StoredModel | undefined;
    const save: Callback = {
      start: (info) => void (snapshot = info.snapshot),
      async epoch({ epoch: number }) {
        if (number === 2) resume = await snapshot!();
        return number === 4 ? "stop" : undefined;
      },
    };
    let snapshot: (() => Promise<StoredModel>) | undefined;
    await fit({ ...options, callbacks: [log(broken), save] });
    await fit({ ...options, callbacks: [log(broken)], resume: resume! });
    expect(contentOf(broken)).toEqual(contentOf(whole));
  });
});

describe("every log", () => {
  it("refuses what is no name", () => {
    expect(() => csvLog("")).toThrow('csvLog: file must be the name of a file, got ""');
    expect(() => jsonLog(3 as never)).toThrow("jsonLog: file must be the name of a file, got 3");
    expect(() => tensorBoard("")).toThrow('tensorBoard: expected the name of a folder, got ""');
  });
});
