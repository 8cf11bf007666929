import { js } from "@nn/backend-js";
import {
  type Callback,
  decode,
  encode,
  type EpochReport,
  type Schedule,
  type Tensor,
} from "@nn/core";
import { momentum, sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import {
  earlyStopping,
  type EarlyStoppingOptions,
  fit,
  type FitFault,
  type FitOptions,
  type FitResult,
  keepBest,
  plugins,
} from "../src/index.ts";
import { noisyModel } from "./noise.ts";
import { lineData, lineOptions, meanSquare, valuesOf } from "./support.ts";

type Options = FitOptions<Tensor, Tensor, Tensor>;
type Values = Record<string, number[]>;

/** Learns well for three epochs, then runs away. */
function runaway(rate = 3): Schedule {
  return {
    kind: "@nn/trainer/test#runaway",
    config: {},
    at: ({ epoch }) => (epoch < 3 ? 0.1 : rate),
  };
}

/** Remembers the parameters after each epoch. */
function memory(): Callback & { readonly parameters: Values[]; readonly reports: EpochReport[] } {
  const parameters: Values[] = [];
  const reports: EpochReport[] = [];
  return {
    parameters,
    reports,
    async epoch(report) {
      reports.push(report);
      parameters.push(await valuesOf(report.parameters));
    },
  };
}

const options = (changes: Partial<Options> = {}): Options =>
  lineOptions({ optimizer: sgd({ learningRate: runaway() }), epochs: 8, ...changes });

describe("the best epoch", () => {
  it("is told after every epoch, and in the result", async () => {
    const seen = memory();
    const { best, history } = await fit(options({ callbacks: [seen] }));
    expect(seen.reports.map(({ best }) => best)).toEqual([1, 2, 3, 3, 3, 3, 3, 3]);
    expect(best).toBe(3);
    expect(Math.min(...history.loss)).toBe(history.loss[2]);
  });

  it("is the first of those that are as good", async () => {
    const { best } = await fit(options({ optimizer: sgd({ learningRate: 0 }), batchSize: 10 }));
    expect(best).toBe(1);
  });

  it("is that of the lowest validation loss, unless another figure is monitored", async () => {
    const validation = { inputs: lineData.inputs, targets: lineData.targets.map(([y]) => [-y!]) };
    const figure = { ...meanSquare("likeness"), better: "higher" as const };
    const common = { validation, metrics: [figure], optimizer: sgd({ learningRate: 0.1 }) };
    const bestOf = (values: readonly number[], pick: (...values: number[]) => number): number =>
      values.indexOf(pick(...values)) + 1;
    const first = await fit(options(common));
    expect(first.best).toBe(bestOf(first.history["validation/loss"]!, Math.min));
    const other = await fit(options({ ...common, monitor: "validation/likeness" }));
    expect(other.best).toBe(bestOf(other.history["validation/likeness"]!, Math.max));
    expect(other.best).not.toBe(first.best);
    expect((await fit(options({ ...common, monitor: "loss" }))).best).toBe(8);
  });

  it("is none where the figure is never a number", async () => {
    const none = { ...meanSquare("none"), result: () => Number.NaN };
    const result = await fit(
      options({ metrics: [none], monitor: "none", callbacks: [keepBest()] }),
    );
    expect(result.best).toBe(0);
    expect(await valuesOf(result.parameters)).toEqual(
      await valuesOf((await fit(options())).parameters),
    );
  });
});

describe("keepBest", () => {
  it("goes back to parameters and state of the best epoch when all epochs are done", async () => {
    const seen = memory();
    const result = await fit(
      options({
        model: noisyModel(),
        optimizer: sgd({ learningRate: runaway(0.9) }),
        callbacks: [keepBest(), seen],
      }),
    );
    expect(result.best).toBeLessThan(8);
    expect(await valuesOf(result.parameters)).toEqual(seen.parameters[result.best - 1]);
    // The model counts its steps in its state, 4 an epoch.
    expect((await valuesOf(result.state))["noise/steps"]).toEqual([4 * result.best]);
    const { loss } = await result.evaluate(lineData);
    expect(loss).toBeLessThan(result.history.loss.at(-1)!);
  });

  const bestOf = async (
    changes: Partial<Options>,
  ): Promise<[FitResult<Tensor, Tensor>, Values]> => {
    const seen = memory();
    const callbacks = [keepBest(), seen, ...(changes.callbacks ?? [])];
    const result = await fit(options({ ...changes, callbacks })).catch(
      (error: unknown) => (error as FitFault<Tensor, Tensor>).result,
    );
    return [result, seen.parameters[2]!];
  };

  it("does so after a callback's stop", async () => {
    const stop: Callback = { epoch: ({ epoch }) => (epoch === 6 ? "stop" : undefined) };
    const [{ ended, parameters }, expected] = await bestOf({ callbacks: [stop] });
    expect(ended).toBe("callback");
    expect(await valuesOf(parameters)).toEqual(expected);
  });

  it("does so after a signal", async () => {
    const controller = new AbortController();
    const abort: Callback = { progress: ({ step }) => void (step > 21 && controller.abort()) };
    const [{ ended, parameters, steps }, expected] = await bestOf({
      signal: controller.signal,
      callbacks: [abort],
      epochs: 1000,
    });
    expect(ended).toBe("signal");
    expect(steps % 4).not.toBe(0);
    expect(await valuesOf(parameters)).toEqual(expected);
  });

  it("does so after a fault", async () => {
    const [{ ended, parameters }, expected] = await bestOf({
      optimizer: sgd({ learningRate: runaway(1e20) }),
    });
    expect(ended).toBe("fault");
    expect(await valuesOf(parameters)).toEqual(expected);
  });

  it("does so after an error", async () => {
    const failing: Callback = {
      epoch({ epoch }) {
        if (epoch === 5) throw new Error("disk full");
      },
    };
    const [{ ended, parameters }, expected] = await bestOf({ callbacks: [failing] });
    expect(ended).toBe("error");
    expect(await valuesOf(parameters)).toEqual(expected);
  });

  it("leaves first values where no epoch was finished", async () => {
    const signal = AbortSignal.abort();
    const result = await fit(options({ signal, callbacks: [keepBest()] }));
    const first = await fit(options({ signal }));
    expect(await valuesOf(result.parameters)).toEqual(await valuesOf(first.parameters));
  });

  it("compares by a figure of its own, from an epoch of its own on", async () => {
    const seen = memory();
    const figure = { ...meanSquare("figure"), better: "higher" as const };
    const monitor = { name: "figure", better: "higher" as const };
    const callbacks = [keepBest({ monitor, fromEpoch: 2 }), seen];
    const optimizer = sgd({ learningRate: 0.1 });
    const result = await fit(options({ optimizer, metrics: [figure], callbacks }));
    expect(await valuesOf(result.parameters)).toEqual(seen.parameters[1]);
    await expect(
      fit(options({ callbacks: [keepBest({ monitor: { name: "r2", better: "higher" } })] })),
    ).rejects.toThrow("keepBest: no figure is called 'r2'; there are loss");
  });

  it("can be used for one run after another, and by two at a time under two names", async () => {
    const callback = keepBest();
    const [first, again] = [
      await fit(options({ callbacks: [callback] })),
      await fit(options({ callbacks: [callback] })),
    ];
    expect(await valuesOf(again.parameters)).toEqual(await valuesOf(first.parameters));
    await expect(fit(options({ callbacks: [keepBest(), keepBest()] }))).rejects.toThrow(
      "fit: every callback that saves something needs a name of its own, got keepBest, keepBest",
    );
    const monitor = { name: "loss", better: "lower" as const };
    await fit(options({ callbacks: [keepBest(), keepBest({ monitor })] }));
  });
});

describe("a callback that keeps the best", () => {
  it.each([keepBest, earlyStopping])("is in one run at a time: %o", async (make) => {
    const callback = make();
    const alone = await fit(options({ callbacks: [make()] }));
    const [first, second] = await Promise.allSettled([
      fit(options({ callbacks: [callback] })),
      fit(options({ callbacks: [callback], seed: 1 })),
    ]);
    expect(String((second as PromiseRejectedResult).reason)).toContain(
      "this callback is in another run, which has not ended; make one for each run",
    );
    const { value } = first as PromiseFulfilledResult<typeof alone>;
    expect(await valuesOf(value.parameters)).toEqual(await valuesOf(alone.parameters));
    const again = await fit(options({ callbacks: [callback] }));
    expect(await valuesOf(again.parameters)).toEqual(await valuesOf(alone.parameters));
  });
});

describe("earlyStopping", () => {
  const stopped = async (
    figures: readonly number[],
    settings: EarlyStoppingOptions,
  ): Promise<{ epochs: number; best: number }> => {
    let epoch = 0;
    const given = { ...meanSquare("given"), result: () => figures[epoch++]! };
    const seen = memory();
    const result = await fit(
      options({
        metrics: [given],
        monitor: "given",
        epochs: figures.length,
        optimizer: sgd({ learningRate: 0.01 }),
        callbacks: [earlyStopping(settings), seen],
      }),
    );
    const kept = JSON.stringify(await valuesOf(result.parameters));
    const best = seen.parameters.findIndex((values) => JSON.stringify(values) === kept) + 1;
    return { epochs: result.epochs, best };
  };

  it("ends after so many epochs in a row without improvement, with the best parameters", async () => {
    const figures = [5, 4, 6, 6, 3, 7, 7, 7, 1];
    expect(await stopped(figures, { patience: 3 })).toEqual({ epochs: 8, best: 5 });
    expect(await stopped(figures, { patience: 2 })).toEqual({ epochs: 4, best: 2 });
    expect(await stopped(figures, { patience: 4 })).toEqual({ epochs: 9, best: 9 });
  });

  it("can leave the last parameters", async () => {
    const settings = { patience: 2, restoreBest: false };
    expect(await stopped([5, 4, 6, 6, 3], settings)).toEqual({ epochs: 4, best: 4 });
  });

  it("counts small changes as none, though the least figure stays the best", async () => {
    const settings = { patience: 2, minimumChange: 0.5 };
    expect(await stopped([5, 4.75, 4.625, 1], settings)).toEqual({ epochs: 3, best: 3 });
  });

  it("adds up small changes", async () => {
    const settings = { patience: 2, minimumChange: 0.5 };
    expect(await stopped([5, 4.75, 4.25, 4, 3.5, 3.5, 3.5], settings)).toEqual({
      epochs: 7,
      best: 5,
    });
  });

  it("waits for the first epoch that counts", async () => {
    const settings = { patience: 2, fromEpoch: 4 };
    expect(await stopped([1, 2, 3, 4, 5, 6, 7], settings)).toEqual({ epochs: 6, best: 4 });
  });

  it("takes no NaN for an improvement", async () => {
    const { NaN: none } = Number;
    expect(await stopped([none, 5, none, none, 1], { patience: 2 })).toEqual({
      epochs: 4,
      best: 2,
    });
  });

  it("goes by more where more is better", async () => {
    let epoch = 0;
    const up = {
      ...meanSquare("up"),
      better: "higher" as const,
      result: () => [1, 2, 1, 1, 3][epoch++]!,
    };
    const { epochs } = await fit(
      options({ metrics: [up], monitor: "up", callbacks: [earlyStopping({ patience: 2 })] }),
    );
    expect(epochs).toBe(4);
  });

  it("lets a schedule see what is monitored, less being better", async () => {
    const figure = { ...meanSquare("figure"), better: "higher" as const };
    let seen: readonly number[] = [];
    const learningRate: Schedule = {
      kind: "@nn/trainer/test#looking",
      config: {},
      at: ({ monitored }) => ((seen = [...monitored]), 0.1),
    };
    const { history } = await fit(
      options({ metrics: [figure], monitor: "figure", optimizer: momentum({ learningRate }) }),
    );
    expect(seen).toEqual(history["figure"]!.slice(0, -1).map((value) => -value));
  });
});

describe("their options", () => {
  it.each([
    [{ patience: 0 }, "earlyStopping: patience must be a whole number from 1, got 0"],
    [{ patience: "3" }, "earlyStopping: patience must be a whole number from 1, got 3"],
    [{ minimumChange: -1 }, "earlyStopping: minimumChange must be a finite number from 0, got -1"],
    [{ restoreBest: 1 }, "earlyStopping: restoreBest must be true or false, got 1"],
    [{ fromEpoch: 0.5 }, "earlyStopping: fromEpoch must be a whole number from 1, got 0.5"],
    [{ monitor: "loss" }, "earlyStopping: monitor must be like { name:"],
    [{ patiance: 3 }, "earlyStopping: there is no option 'patiance'; there are patience, min"],
    [3, "earlyStopping: expected options such as { patience: … }, got 3"],
  ])("are refused when they are %o", (settings, message) => {
    expect(() => earlyStopping(settings as EarlyStoppingOptions)).toThrow(message);
  });

  it("do not take what was saved by something else", async () => {
    const restored = async (callback: Callback, from: Callback): Promise<void> => {
      await fit(options({ epochs: 2, callbacks: [from] }));
      const saved = await from.save!();
      await fit(
        options({ callbacks: [callback, { start: () => callback.restore!(saved) }], epochs: 1 }),
      );
    };
    await expect(restored(earlyStopping(), keepBest())).rejects.toThrow(
      "earlyStopping: restore: this is not what it saved",
    );
    await restored(keepBest(), earlyStopping());
    const empty = { name: "empty", save: () => ({ tensors: {}, metadata: {} }), restore: () => {} };
    await expect(restored(keepBest(), empty)).rejects.toThrow(
      "keepBest: restore: this is not what it saved",
    );
  });

  it("travel as JSON", () => {
    const monitor = { name: "validation/r2", better: "higher" as const };
    for (const callback of [earlyStopping({ patience: 3, monitor }), keepBest({ fromEpoch: 2 })]) {
      const json = encode(callback);
      expect(encode(decode(JSON.parse(JSON.stringify(json)), plugins))).toEqual(json);
    }
  });
});

describe("exact figures", () => {
  it("are those of the last parameters of the epoch", async () => {
    const metrics = [meanSquare()];
    const result = await fit(options({ exactFigures: true, metrics, epochs: 3 }));
    const { loss, metrics: own } = await result.evaluate(lineData);
    expect(result.history.loss.at(-1)).toBe(loss);
    expect(result.history["meanSquare"]!.at(-1)).toBe(own["meanSquare"]);
    const added = await fit(options({ metrics, epochs: 3 }));
    expect(added.history.loss).not.toEqual(result.history.loss);
    expect(await valuesOf(added.parameters)).toEqual(await valuesOf(result.parameters));
  });

  it("keep metrics out of the step", async () => {
    let traced = 0;
    const figure = meanSquare();
    const counting = {
      ...figure,
      measure: (...args: Parameters<typeof figure.measure>) => (traced++, figure.measure(...args)),
    };
    await fit(options({ exactFigures: true, metrics: [counting], backend: js() }));
    expect(traced).toBe(1);
  });
});
