import type { Callback, EpochReport, Schedule, Tensor, TensorMap, Training } from "@nn/core";
import { add, jit, sqrt, square, sum } from "@nn/core";
import { momentum, sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { fit, type FitResult } from "../src/index.ts";
import { lineData, lineOptions, valuesOf, xorOptions } from "./support.ts";

describe("callbacks", () => {
  it("that save something hear of everything first, and of the end last", async () => {
    const events: string[] = [];
    const listening = (name: string): Callback => ({
      start: () => void events.push(`start ${name}`),
      progress: () => void events.push(`progress ${name}`),
      epoch: () => void events.push(`epoch ${name}`),
      end: (ended) => void events.push(`end ${name} ${ended}`),
    });
    const saving: Callback = {
      ...listening("b"),
      name: "b",
      save: () => ({ tensors: {}, metadata: {} }),
      restore: () => undefined,
    };
    await fit(xorOptions({ epochs: 1, callbacks: [listening("a"), saving, listening("c")] }));
    expect(events).toEqual([
      ...["start", "progress", "epoch"].flatMap((hook) =>
        ["b", "a", "c"].map((name) => `${hook} ${name}`),
      ),
      ...["c", "a", "b"].map((name) => `end ${name} epochs`),
    ]);
  });

  it("are told what is monitored, the backend and what there is to train", async () => {
    const told: unknown[] = [];
    const options = lineOptions({ epochs: 1, validation: lineData });
    const callback: Callback = {
      start: ({ backend, declarations, monitor, step }) =>
        void told.push(
          backend,
          declarations.map(({ path }) => path),
          monitor,
          step,
        ),
    };
    await fit({ ...options, callbacks: [callback] });
    const monitor = { name: "validation/loss", better: "lower" };
    expect(told).toEqual([options.backend, ["weights", "bias"], monitor, 0]);
  });

  it("hear of start, progress, epochs and end, in this order", async () => {
    const events: string[] = [];
    const callback: Callback = {
      start: ({ epochs, stepsPerEpoch, rows }) =>
        void events.push(`start ${epochs} ${stepsPerEpoch} ${rows}`),
      progress: ({ step, epoch, rate }) => void events.push(`progress ${step} ${epoch} ${rate}`),
      epoch: ({ step, epoch }) => void events.push(`epoch ${step} ${epoch}`),
      end: () => void events.push("end"),
    };
    await fit(lineOptions({ epochs: 2, batchSize: 10, callbacks: [callback] }));
    expect(events).toEqual([
      "start 2 1 10",
      "progress 1 1 0.1",
      "epoch 1 1",
      "progress 2 2 0.1",
      "epoch 2 2",
      "end",
    ]);
  });

  it("are waited for", async () => {
    let isDone = false;
    const slow: Callback = {
      epoch: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        isDone = true;
      },
      end: () => expect(isDone).toBe(true),
    };
    await fit(xorOptions({ epochs: 1, callbacks: [slow] }));
    expect(isDone).toBe(true);
  });

  it("can stop training after an epoch, once all of them have heard of it", async () => {
    const heard: number[] = [];
    const stop: Callback = { epoch: ({ epoch }) => (epoch === 3 ? "stop" : undefined) };
    const listen: Callback = { epoch: ({ epoch }) => void heard.push(epoch) };
    const { ended, epochs, history } = await fit(lineOptions({ callbacks: [stop, listen] }));
    expect([ended, epochs, history.loss.length, heard]).toEqual(["callback", 3, 3, [1, 2, 3]]);
  });

  it("that fail leave on the error what was learned so far", async () => {
    const options = lineOptions({ epochs: 5 });
    const failing: Callback = {
      epoch({ epoch }) {
        if (epoch === 3) throw new Error("disk full");
      },
    };
    const error = await fit({ ...options, callbacks: [failing] }).catch(
      (reason: unknown) => reason,
    );
    const { message, result } = error as Error & { result: FitResult<Tensor, Tensor> };
    expect([message, result.ended, result.epochs]).toEqual(["disk full", "error", 3]);
    const expected = await fit({ ...options, epochs: 3 });
    expect(await valuesOf(result.parameters)).toEqual(await valuesOf(expected.parameters));
    const end = await fit({
      ...options,
      callbacks: [{ end: () => Promise.reject(new Error("no end")) }],
    }).catch((reason: unknown) => reason);
    expect((end as typeof error & { result: { epochs: number } }).result.epochs).toBe(5);
  });

  it("all hear of the end when one fails there, and do not hide why training failed", async () => {
    let heard = 0;
    const failing: Callback = {
      end: () => {
        heard++;
        throw new Error("no end");
      },
    };
    const callbacks = [failing, failing];
    await expect(fit(xorOptions({ callbacks, epochs: 1 }))).rejects.toThrow("no end");
    const progress = (): void => {
      throw new Error("the disk is full");
    };
    await expect(fit(xorOptions({ callbacks: [{ progress }, ...callbacks] }))).rejects.toThrow(
      "the disk is full",
    );
    expect(heard).toBe(4);
  });

  it("leave what was learned on whatever they throw", async () => {
    const fails = (reason: unknown): Promise<unknown> =>
      fit(xorOptions({ callbacks: [{ epoch: () => Promise.reject(reason) }] })).catch(
        (error: unknown) => error,
      );
    const frozen = Object.freeze(new Error("frozen"));
    expect(await fails(frozen)).toBe(frozen);
    expect(await fails("text")).toBe("text");
    expect(await fails({ code: 3 })).toMatchObject({ code: 3, result: { epochs: 1 } });
  });

  it("hear of the end only when they have started", async () => {
    const ends: string[] = [];
    const failing: Callback = {
      start: () => Promise.reject(new Error("no start")),
      end: () => void ends.push("failing"),
    };
    const callback = (name: string): Callback => ({ end: () => void ends.push(name) });
    const callbacks = [callback("first"), callback("second"), failing, callback("third")];
    await expect(fit(xorOptions({ callbacks }))).rejects.toThrow("no start");
    expect(ends).toEqual(["second", "first"]);
  });

  it("hear of the end also when one of them fails", async () => {
    let hasEnded = false;
    const failing: Callback = {
      progress: () => {
        throw new Error("the disk is full");
      },
    };
    const callbacks = [failing, { end: () => void (hasEnded = true) }];
    await expect(fit(xorOptions({ callbacks }))).rejects.toThrow("the disk is full");
    expect(hasEnded).toBe(true);
  });

  it("see the parameters of the epoch, and what their probes measured", async () => {
    const reports: EpochReport[] = [];
    const norms: number[] = [];
    const watching: Callback = {
      probes: [
        {
          name: "norm",
          every: 2,
          measure: ({ gradients }) =>
            sqrt(
              Object.values(gradients)
                .map((gradient) => sum(square(gradient)))
                .reduce((a, b) => add(a, b)),
            ),
        },
      ],
      async epoch(report) {
        reports.push(report);
        norms.push((await valuesOf(report.parameters))["weights"]!.length);
      },
    };
    const { parameters } = await fit(lineOptions({ epochs: 3, callbacks: [watching] }));
    expect(reports.map(({ probes }) => probes["norm"]! > 0)).toEqual([true, true, true]);
    expect(new Set(reports.map(({ probes }) => probes["norm"])).size).toBe(3);
    expect(norms).toEqual([2, 2, 2]);
    expect(Object.keys(parameters)).toEqual(["bias", "weights"]);
  });
});

describe("a run that is taken back", () => {
  it("goes on from what was saved, as often as that is restored", async () => {
    const save = jit((values: readonly TensorMap[]) => values);
    const saved: TensorMap[] = [];
    let training: Training | undefined;
    const losses: number[] = [];
    await fit(
      lineOptions({
        shuffle: false,
        optimizer: momentum({ learningRate: 0.1 }),
        epochs: 4,
        callbacks: [
          {
            start(run) {
              ({ training } = run);
              saved.push(...save([training.parameters, training.state, training.memory]));
            },
            epoch({ loss }) {
              losses.push(loss);
              training!.restore(saved[0]!, saved[1]!, saved[2]!);
            },
          },
        ],
      }),
    );
    expect(new Set(losses).size).toBe(1);
  });
});

describe("a run that is taken back to what it cannot be", () => {
  it("refuses it by name, and goes on as it was", async () => {
    const messages: string[] = [];
    const restoring: Callback = {
      start({ training }) {
        const { parameters, state, memory } = training;
        const { weights, bias } = parameters;
        const attempt = (values: TensorMap, slots = memory): void => {
          try {
            training.restore(values, state, slots);
          } catch (error) {
            messages.push((error as Error).message);
          }
        };
        attempt({ weights: weights! });
        attempt({ weights: bias!, bias: bias! });
        attempt(parameters, {});
        attempt(parameters, { ...memory, more: bias! });
      },
    };
    const options = lineOptions({ optimizer: momentum(), epochs: 3 });
    const result = await fit({ ...options, callbacks: [restoring] });
    expect(messages).toEqual([
      "restore: expected 'parameters/bias', f32[1], which is not there",
      "restore: expected 'parameters/weights', f32[2,1], which is not there",
      "restore: expected 'memory/bias/velocity', f32[1], which is not there",
      expect.stringMatching(/^restore: 'memory\/more', f32.* is not in this training run$/),
    ]);
    expect(await valuesOf(result.parameters)).toEqual(
      await valuesOf((await fit(options)).parameters),
    );
  });
});

describe("a schedule that looks at what was monitored", () => {
  /** Halves the rate after every epoch that was not better than the one before, from some epoch on. */
  function plateau(from: number, seen: number[]): Schedule {
    return {
      kind: "@nn/trainer/test#plateau",
      config: {},
      at(progress) {
        if (progress.epoch < from) return 0.1;
        const { monitored } = progress;
        seen.push(monitored.length);
        const worse = monitored.filter((value, i) => i > 0 && value >= monitored[i - 1]!).length;
        return 0.1 * 0.5 ** worse;
      },
    };
  }

  it.each([0, 40])("knows of every epoch before, when it looks from epoch %i on", async (from) => {
    const seen: number[] = [];
    const options = xorOptions({
      epochs: 200,
      optimizer: sgd({ learningRate: plateau(from, seen) }),
    });
    const result = await fit(options);
    const distinct = [...new Set(seen)];
    expect(distinct).toEqual(Array.from({ length: 200 - from }, (_, i) => from + i));
    const watched = await fit({ ...options, callbacks: [{ epoch: () => undefined }] });
    expect(await valuesOf(watched.parameters)).toEqual(await valuesOf(result.parameters));
  });
});

describe("a signal", () => {
  it("ends training between chunks and keeps what was learned", async () => {
    const controller = new AbortController();
    const abort: Callback = { progress: ({ step }) => void (step > 50 && controller.abort()) };
    const options = xorOptions({ epochs: 100_000 });
    const result = await fit({ ...options, signal: controller.signal, callbacks: [abort] });
    expect(result.ended).toBe("signal");
    expect(result.steps).toBeGreaterThan(50);
    expect(result.steps).toBeLessThan(100_000);
    const same = await fit({ ...options, epochs: result.steps });
    expect(await valuesOf(result.parameters)).toEqual(await valuesOf(same.parameters));
  });

  it("is heard when a timer sends it", async () => {
    const { ended, steps } = await fit(
      xorOptions({ epochs: 100_000_000, signal: AbortSignal.timeout(100) }),
    );
    expect(ended).toBe("signal");
    expect(steps).toBeGreaterThan(0);
  });

  it("that was sent before leaves the first values", async () => {
    const { ended, steps, history } = await fit(xorOptions({ signal: AbortSignal.abort() }));
    expect([ended, steps, history.loss]).toEqual(["signal", 0, []]);
  });
});
