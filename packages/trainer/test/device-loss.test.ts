import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { js } from "@nn/backend-js";
import { type Callback, flatten, tensor, type Tensor } from "@nn/core";
import { momentum } from "@nn/optimizers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type DeviceLostError,
  earlyStopping,
  fit,
  type FitOptions,
  keepBest,
  stream,
} from "../src/index.ts";
import { type Call, fragile, type Fragility } from "./fragile.ts";
import { jsonFormat } from "./json-format.ts";
import { checkpoint, csvLog, readCheckpoint } from "../src/node.ts";
import { noisyModel } from "./noise.ts";
import { lineData, lineOptions, meanSquare, outcome } from "./support.ts";

type Options = FitOptions<Tensor, Tensor, Tensor>;

/** The time as the trainer sees it, in milliseconds. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

/** Lets a minute go by with every chunk, so that each is followed by a snapshot. */
function slowly(): Callback {
  return { progress: () => void (now += 60_000) };
}

/** What uses everything that a device can be lost in. */
function lossyOptions(changes: Partial<Options> = {}): Options {
  const { callbacks = [], ...others } = changes;
  return lineOptions({
    model: noisyModel(),
    optimizer: momentum({ learningRate: 0.2 }),
    metrics: [meanSquare()],
    validation: 0.3,
    epochs: 4,
    callbacks: [keepBest(), ...callbacks],
    ...others,
  });
}

async function lossIn(run: Promise<unknown>): Promise<DeviceLostError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "DeviceLostError" });
  return error as DeviceLostError;
}

/** An error and what it was caused by. */
function causesOf(error: unknown): unknown[] {
  return error === undefined ? [] : [error, ...causesOf(Object(error).cause)];
}

/** How often an undisturbed run does what. */
async function callsOf(make: () => Options): Promise<Record<Call, number>> {
  const { backend, calls } = fragile();
  await fit({ ...make(), backend });
  return { ...calls };
}

describe("a run whose device is lost", () => {
  for (const kind of ["upload", "run", "read"] as const)
    for (const isSlow of [true, false])
      it(`comes to the same bits on another one, whichever ${kind} fails, ${isSlow ? "with snapshots" : "from its start"}`, async () => {
        const make = (): Options => lossyOptions({ callbacks: isSlow ? [slowly()] : [] });
        const { [kind]: count } = await callsOf(make);
        const expected = await outcome(await fit({ ...make(), backend: js() }));
        expect(count).toBeGreaterThan(kind === "upload" ? 20 : 5);
        // All of the first and last ones, and some between.
        const calls = Array.from({ length: count }, (_, i) => i + 1).filter(
          (call) => call < 4 || call > count - 4 || call % 11 === 0,
        );
        for (const call of calls) {
          const { backend, opened } = fragile({ at: [[kind, call]], devices: 2 });
          const result = await fit({ ...make(), backend });
          expect(opened).toHaveLength(2);
          expect(await outcome(result)).toEqual(expected);
          for (const { source } of flatten([result.parameters, result.state]).leaves)
            expect(source).toMatchObject({ backend: opened[1]!.backend });
          expect(await result.evaluate(lineData)).toHaveProperty("loss");
          expect(result.predict(lineData.inputs).shape).toEqual([10, 1]);
        }
      });

  it("does so where it trains on a stream, begins with variables, and goes on from a snapshot", async () => {
    const data = stream({ rows: 10, blockRows: 3, blocks: () => [lineData] });
    const { parameters, state } = await fit(lossyOptions({ seed: 9, epochs: 1 }));
    const make = (): Options =>
      lossyOptions({
        data,
        validation: lineData,
        variables: { parameters, state },
        callbacks: [slowly()],
      });
    const expected = await outcome(await fit(make()));
    for (const call of [2, 9, 25, 45]) {
      const { backend, opened } = fragile({ at: [["read", call]], devices: 2 });
      expect(await outcome(await fit({ ...make(), backend }))).toEqual(expected);
      expect(opened).toHaveLength(2);

      const { snapshot } = await lossIn(
        fit({ ...make(), backend: fragile({ at: [["read", call]] }).backend }),
      );
      const again = fragile({ at: [["read", 12]], devices: 2 });
      const { variables: _, ...others } = make();
      const resumed = await fit({
        ...(snapshot ? others : make()),
        resume: snapshot,
        backend: again.backend,
      });
      expect(again.opened).toHaveLength(2);
      expect(await outcome(resumed)).toEqual(expected);
    }
  });

  it("repeats nothing from before the last snapshot", async () => {
    const steps: number[] = [];
    const watch: Callback = { progress: ({ step }) => void steps.push(step) };
    const { backend, lose } = fragile({ devices: 2 });
    const trouble: Callback = {
      progress({ step }) {
        now = Math.min(step, 6) * 1000;
        if (step === 14 && steps.indexOf(14) === steps.length - 1) lose();
      },
      epoch() {},
    };
    const callbacks = [watch, trouble];
    await fit(lineOptions({ backend, batchSize: 5, epochs: 10, callbacks }));
    // A snapshot after 5 s, when 6 steps were done; then the clock stands.
    expect(steps).toEqual([1, 2, 4, 6, 8, 10, 12, 14, 7, 8, 10, 12, 14, 16, 18, 20]);
  });

  it("is to callbacks a run that failed, and another one that resumes it", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    const told: string[] = [];
    const losses = new Map<number, number>();
    const counter = newCounter();
    const watch: Callback = {
      start: (run) =>
        void told.push(
          `start at ${run.step} on ${opened.findIndex((own) => own.backend === run.backend)}`,
        ),
      epoch({ epoch, loss }) {
        told.push(`epoch ${epoch}`);
        expect(losses.get(epoch) ?? loss).toBe(loss);
        losses.set(epoch, loss);
        if (epoch === 3 && opened.length === 1) lose();
      },
      end: (ended) => void told.push(ended),
    };
    const callbacks = [watch, earlyStopping({ patience: 5 }), counter, slowly()];
    const result = await fit(lossyOptions({ backend, callbacks, epochs: 5 }));
    expect(told).toEqual([
      "start at 0 on 0",
      "epoch 1",
      "epoch 2",
      "epoch 3",
      "error",
      "start at 9 on 1",
      "epoch 3",
      "epoch 4",
      "epoch 5",
      "epochs",
    ]);
    expect(counter.epochs).toBe(5);
    expect(result.history.loss).toEqual([...losses.values()]);
  });

  it("leaves logs with every epoch once, and checkpoints", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "nn-"));
    const [log, file] = [path.join(folder, "log.csv"), path.join(folder, "run.json")];
    const { backend, opened, lose } = fragile({ devices: 2 });
    const trouble: Callback = {
      epoch({ epoch }) {
        if (epoch === 3 && opened.length === 1) lose();
      },
    };
    const format = jsonFormat();
    const callbacks = [csvLog(log), checkpoint({ file, format }), trouble];
    const result = await fit(lossyOptions({ backend, callbacks }));
    const [, ...rows] = (await readFile(log, "utf8")).trim().split("\n");
    expect(rows.map((row) => Number(row.split(",")[2]))).toEqual(result.history.loss);
    const { metadata } = (await readCheckpoint(file, { format }))!;
    expect(metadata).toMatchObject({ run: { step: 12 } });
    await rm(folder, { recursive: true });
  });

  it("is noticed where it was lost after all was done", async () => {
    const expected = await outcome(await fit(lineOptions()));
    const { backend, opened, lose } = fragile({ devices: 2 });
    const ends: string[] = [];
    const trouble: Callback = {
      end(ended) {
        ends.push(ended);
        if (opened.length === 1) lose();
      },
    };
    const result = await fit(lineOptions({ backend, callbacks: [trouble] }));
    expect(ends).toEqual(["epochs", "epochs"]);
    expect(await outcome(result)).toEqual(expected);
    expect(await result.evaluate(lineData)).toHaveProperty("loss");
  });

  it("stops where it was to stop, when the device is lost meanwhile", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    const controller = new AbortController();
    const trouble: Callback = {
      progress({ step }) {
        if (step !== 6) return;
        controller.abort();
        lose();
      },
    };
    const result = await fit(
      lossyOptions({ backend, signal: controller.signal, callbacks: [slowly(), trouble] }),
    );
    expect(result).toMatchObject({ ended: "signal", steps: 5, epochs: 1 });
    expect(opened).toHaveLength(2);
    const { values } = await outcome(result);
    expect(Object.keys(values[0]!)).toHaveLength(4);
  });

  it("looks at the data once, and refuses what comes later as before", async () => {
    for (const at of [["run", 2] as const, ["read", 20] as const]) {
      const { backend, opened } = fragile({ at: [at], devices: 2 });
      const lint = vi.fn();
      await fit(lossyOptions({ backend, validation: lineData, lint, callbacks: [slowly()] }));
      expect(lint.mock.calls.map(([, name]) => name)).toEqual(["data", "validation"]);
      expect(opened).toHaveLength(2);
    }

    const other = fragile({ at: [["read", 4]], devices: 2 });
    const holes = { ...lineData, inputs: lineData.inputs.with(9, [Number.NaN, 0]) };
    const data = stream({ rows: 10, blockRows: 3, blocks: () => [holes] });
    await expect(
      fit(lineOptions({ backend: other.backend, data, lint: () => {} })),
    ).rejects.toThrow(/data: rows 9 to 9/);
    expect(other.opened).toHaveLength(2);
  });

  it("leaves nothing behind on the new device", async () => {
    const make = (): Options => lossyOptions({ callbacks: [earlyStopping(), slowly()] });
    const heldBy = async (fragility: Fragility): Promise<number> => {
      const { backend, opened } = fragile({ ...fragility, devices: 2 });
      await fit({ ...make(), backend });
      return opened.at(-1)!.held.size;
    };
    const undisturbed = await heldBy({});
    for (const call of [1, 30, 60])
      expect(await heldBy({ at: [["read", call]] })).toBeLessThanOrEqual(undisturbed);
  });
});

describe("a second loss", () => {
  it("ends training, and the error has what to go on from", async () => {
    const make = (): Options => lossyOptions({ callbacks: [slowly()] });
    const expected = await outcome(await fit({ ...make(), backend: fragile().backend }));
    const at = [
      ["read", 40],
      ["read", 70],
    ] as const;
    const { backend, opened, reason } = fragile({ at, devices: 9 });
    const error = await lossIn(fit({ ...make(), backend }));
    expect(opened).toHaveLength(2);
    expect(error.message).toMatch(
      /^fit: the device was lost after step \d+, and it was the second one \(device 2 fell off the bus\); the error's snapshot, of step \d+, can/,
    );
    expect(causesOf(error)).toContain(await reason(1));
    const resumed = await fit({
      ...make(),
      backend: fragile().backend,
      resume: error.snapshot,
    });
    expect(await outcome(resumed)).toEqual(expected);
  });
});

describe("a device that cannot be replaced", () => {
  it("is told of, with the steps that were done and what to go on from", async () => {
    const { backend, lose } = fragile();
    const trouble: Callback = { progress: ({ step }) => void (step === 6 && lose()) };
    const error = await lossIn(fit(lossyOptions({ backend, callbacks: [slowly(), trouble] })));
    expect(error.message).toBe(
      "fit: the device was lost after step 6, and @nn/trainer/test#fragile cannot open another one (device 1 fell off " +
        "the bus); the error's snapshot, of step 5, can be passed as resume, with a new backend",
    );
    expect(error).toMatchObject({ step: 6, snapshot: { metadata: { run: { step: 5 } } } });
    expect(error).not.toHaveProperty("result");
  });

  it("says why no other one was opened", async () => {
    const { backend } = fragile({ at: [["upload", 1]], devices: 1 });
    const error = await lossIn(fit(lossyOptions({ backend })));
    expect(error.message).toBe(
      "fit: the device was lost before training began, and no other one could be opened: there is no other device; " +
        "try again with a new backend",
    );
    expect(error.snapshot).toBeUndefined();
  });

  it("leaves what to go on from where data cannot be read again", async () => {
    const make = (blocks: () => Iterable<typeof lineData>): Options =>
      lossyOptions({
        data: stream({ rows: 10, blockRows: 3, blocks }),
        validation: lineData,
        epochs: 1,
        callbacks: [slowly()],
      });
    const expected = await outcome(await fit(make(() => [lineData])));
    const only = [lineData].values();
    const { backend, opened } = fragile({ at: [["read", 20]], devices: 2 });
    const error = await lossIn(fit({ ...make(() => only), backend }));
    expect(opened).toHaveLength(2);
    expect(error.message).toMatch(
      /lost after step \d, and training could not go on on another one: fit: data: the stream says .* gave 0/,
    );
    expect(error.step).toBeGreaterThan(0);
    const again = { ...make(() => [lineData]), backend: fragile().backend };
    expect(await outcome(await fit({ ...again, resume: error.snapshot }))).toEqual(expected);
  });

  it("has taken tensors of the caller's with it", async () => {
    const { backend } = fragile({ at: [["read", 30]], devices: 2 });
    const data = { ...lineData, inputs: tensor(backend, lineData.inputs) };
    const { message, snapshot } = await lossIn(fit(lossyOptions({ backend, data })));
    expect(message).toMatch(
      /data held tensors that were there, which cannot be uploaded anew; pass/,
    );
    expect(snapshot).toBeDefined();

    const other = fragile({ devices: 2 });
    const { parameters, state } = await fit(lossyOptions({ backend: other.backend }));
    other.lose();
    const begun = lossyOptions({ backend: other.backend, variables: { parameters, state } });
    expect((await lossIn(fit(begun))).message).toContain("variables held tensors");
  });
});

describe("a backend whose device was lost before", () => {
  it("trains on the one that came for it", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    lose();
    await fit(lossyOptions({ backend }));
    const { parameters, state } = await fit(lossyOptions({ backend }));
    const result = await fit(lossyOptions({ backend, variables: { parameters, state } }));
    expect(opened).toHaveLength(2);
    expect(result.parameters["output/bias"]!.source).toMatchObject({ backend: opened[1]!.backend });
  });

  it("may be lost once more while it trains", async () => {
    const expected = await outcome(await fit(lossyOptions()));
    const { backend, opened, calls, lose } = fragile({ at: [["read", 30]], devices: 3 });
    lose();
    expect(await outcome(await fit(lossyOptions({ backend })))).toEqual(expected);
    expect(opened).toHaveLength(3);
    expect(calls.read).toBeGreaterThan(30);
  });

  it("gives runs side by side the same one", async () => {
    const { backend, opened } = fragile({ at: [["read", 70]], devices: 9 });
    const make = (seed: number): Options => lossyOptions({ seed, callbacks: [slowly()] });
    const seeds = [1, 2, 3];
    const expected = await Promise.all(seeds.map(async (seed) => outcome(await fit(make(seed)))));
    const results = await Promise.all(seeds.map((seed) => fit({ ...make(seed), backend })));
    expect(await Promise.all(results.map(outcome))).toEqual(expected);
    expect(opened).toHaveLength(2);
  });
});

describe("a backend that can lose its device", () => {
  it("changes nothing about other errors", async () => {
    const { backend, opened } = fragile({ devices: 2 });
    const failing: Callback = {
      progress() {
        throw new Error("disk full");
      },
    };
    const error = await fit(lineOptions({ backend, callbacks: [failing] })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ message: "disk full", result: { ended: "error", steps: 1 } });
    const rules = momentum({ learningRate: 1e30 });
    await expect(fit(lineOptions({ backend, optimizer: rules }))).rejects.toMatchObject({
      name: "FaultError",
      result: { ended: "fault" },
    });
    await expect(fit(lineOptions({ backend, callbacks: 3 as never }))).rejects.toThrow(
      "fit: callbacks must be a list of callbacks such as earlyStopping(), got 3",
    );
    expect(opened).toHaveLength(1);
  });

  it("changes nothing about other errors of a run whose device is lost, too", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    const failing: Callback = {
      progress() {
        lose();
        throw new Error("disk full");
      },
    };
    await expect(fit(lineOptions({ backend, callbacks: [failing] }))).rejects.toThrow("disk full");
    expect(opened).toHaveLength(1);
  });

  it("hands on the reason of a signal, also where it is the loss", async () => {
    const { backend, opened, lose, reason } = fragile({ devices: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const ending: Callback = {
      async progress() {
        lose();
        controller.abort(new Error("stopped", { cause: await reason(0) }));
        signal.throwIfAborted();
      },
    };
    const error = await fit(lineOptions({ backend, signal, callbacks: [ending] })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBe(signal.reason);
    expect(opened).toHaveLength(1);
  });

  it("is not lost where it is closed", async () => {
    for (const hook of ["progress", "end"] as const) {
      const { backend, opened } = fragile({ devices: 2 });
      const closing: Callback = { [hook]: () => backend.close!() };
      const run = fit(lineOptions({ backend, callbacks: [closing] }));
      await expect(run).rejects.toThrow(/^this backend is closed$/);
      expect(opened).toHaveLength(1);
    }
  });

  it("has callbacks save at the start and then as time goes by, and other backends never", async () => {
    const savedOn = async (backend: Options["backend"], minutes: number): Promise<number> => {
      const counter = newCounter();
      const save = vi.spyOn(counter, "save");
      const time: Callback = { progress: () => void (now += minutes * 60_000) };
      await fit(lineOptions({ backend, callbacks: [counter, time], epochs: 3 }));
      return save.mock.calls.length;
    };
    expect(await savedOn(fragile().backend, 0)).toBe(1);
    expect(await savedOn(fragile().backend, 1)).toBeGreaterThan(3);
    expect(await savedOn(js(), 1)).toBe(0);
  });

  it("spends at most a twentieth of the time on snapshots", async () => {
    let spent = 0;
    const slow: Callback = {
      name: "slow",
      save() {
        now += 3000;
        spent += 3000;
        return { tensors: {}, metadata: {} };
      },
      restore() {},
      progress: () => void (now += 1000),
    };
    const { backend } = fragile();
    await fit(
      lineOptions({ backend, batchSize: 1, epochs: 100, validation: 0.5, callbacks: [slow] }),
    );
    expect(spent).toBeGreaterThan(5000);
    expect(spent - 3000).toBeLessThanOrEqual(now / 20);
  });
});

describe("evaluating and predicting", () => {
  it("fail with the loss", async () => {
    const { backend, lose, reason } = fragile({ devices: 2 });
    const { evaluate, predict } = await fit(lineOptions({ backend }));
    const output = predict(lineData.inputs);
    lose();
    const lost = await reason(0);
    const errors = [
      await evaluate(lineData).catch((error: unknown) => error),
      await output.read().catch((error: unknown) => error),
      await new Promise((resolve) => resolve(predict(lineData.inputs))).catch(
        (error: unknown) => error,
      ),
    ];
    for (const error of errors) expect(causesOf(error)).toContain(lost);
    expect(String(errors[0])).toContain("data.inputs: device 1 fell off the bus");
  });
});

/** Counts epochs, also in a run that resumes another one. */
function newCounter(): Required<Pick<Callback, "name" | "save" | "restore" | "epoch">> & {
  epochs: number;
} {
  return {
    name: "counter",
    epochs: 0,
    epoch() {
      this.epochs++;
    },
    save() {
      return { tensors: {}, metadata: { epochs: this.epochs } };
    },
    restore({ metadata }) {
      this.epochs = Number(metadata["epochs"]);
    },
  };
}
