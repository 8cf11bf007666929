import { js } from "@nn/backend-js";
import type { Callback, Metric, Progress, Schedule, StoredModel, Tensor } from "@nn/core";
import { dense } from "@nn/layers-dense";
import { momentum, sgd } from "@nn/optimizers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { earlyStopping, fit, type FitOptions, type FitResult, keepBest } from "../src/index.ts";
import { throughFile } from "./json-format.ts";
import { noisyModel } from "./noise.ts";
import { lineData, lineOptions, meanSquare, outcome, xorOptions } from "./support.ts";

type Options = FitOptions<Tensor, Tensor, Tensor>;

/** Halves the rate whenever the monitored figure was worse than before. */
function plateau(): Schedule {
  return {
    kind: "@nn/trainer/test#plateau",
    config: {},
    at({ monitored }: Progress) {
      const worse = monitored.filter((value, i) => i > 0 && value >= monitored[i - 1]!).length;
      return 0.2 * 0.5 ** worse;
    },
  };
}

/** The median of the absolute errors: it needs all rows. */
function median(): Metric {
  return {
    kind: "@nn/trainer/test#median",
    config: {},
    name: "median",
    mode: "collect",
    better: "lower",
    measure: (prediction, target) => ({ prediction, target }),
    result({ prediction, target }) {
      const errors = Array.from(prediction!, (value, i) => Math.abs(value - target![i]!));
      return errors.sort((a, b) => a - b)[errors.length >> 1]!;
    },
  };
}

/** Takes a snapshot at so many calls of a hook, and then fails, as a process that is killed. */
function interruption(hook: "progress" | "epoch", at: number): Callback & { taken?: StoredModel } {
  let calls = 0;
  let run: Parameters<NonNullable<Callback["start"]>>[0];
  const callback: Callback & { taken?: StoredModel } = {
    start: (info) => void (run = info),
    async [hook]() {
      if (++calls !== at) return;
      callback.taken = throughFile(await run.snapshot());
      throw new Error("killed");
    },
  };
  return callback;
}

/** Runs these options, is interrupted so often, and goes on each time. */
async function inParts(
  make: () => Options,
  interruptions: readonly ["progress" | "epoch", number][],
) {
  let resume: StoredModel | undefined;
  for (const [hook, at] of interruptions) {
    const options = make();
    const interrupted = interruption(hook, at);
    const callbacks = [interrupted, ...(options.callbacks ?? [])];
    const end = await fit({ ...options, resume, callbacks }).catch(() => "killed");
    if (end !== "killed") return end as FitResult<Tensor, Tensor>;
    resume = interrupted.taken!;
  }
  return fit({ ...make(), resume });
}

const interruptions = fc.array(
  fc.tuple(fc.constantFrom("progress" as const, "epoch" as const), fc.integer({ min: 1, max: 12 })),
  { minLength: 1, maxLength: 3 },
);

describe("a run that is interrupted and resumed", () => {
  it("comes to the same bits, whenever that is and however often", async () => {
    await fc.assert(
      fc.asyncProperty(
        interruptions,
        fc.record({
          seed: fc.nat(1000),
          exactFigures: fc.boolean(),
          isValidated: fc.boolean(),
          isStopped: fc.boolean(),
          isScheduled: fc.boolean(),
          dtype: fc.constantFrom("f32" as const, "f64" as const),
          batchSize: fc.integer({ min: 1, max: 10 }),
        }),
        async (when, { seed, isValidated, isStopped, isScheduled, ...rest }) => {
          const make = (): Options =>
            lineOptions({
              backend: js(),
              model: noisyModel(),
              optimizer: momentum({ learningRate: isScheduled ? plateau() : 0.2 }),
              metrics: [meanSquare(), median()],
              ...(isValidated && {
                validation: { ...lineData, inputs: lineData.inputs.toReversed() },
              }),
              callbacks: isStopped ? [earlyStopping({ patience: 2 })] : [keepBest()],
              seed,
              epochs: 8,
              ...rest,
            });
          expect(await outcome(await inParts(make, when))).toEqual(
            await outcome(await fit(make())),
          );
        },
      ),
      { numRuns: 40, seed: 4 },
    );
  });

  it("goes on where a chunk of many steps ended", async () => {
    const make = (): Options =>
      xorOptions({ epochs: 20_000, optimizer: momentum({ learningRate: 0.1 }) });
    const whole = await outcome(await fit(make()));
    for (const at of [6, 9])
      expect(await outcome(await inParts(make, [["progress", at]]))).toEqual(whole);
  });

  it("may have been written down while it went on, several times at once", async () => {
    const taken: Promise<StoredModel>[] = [];
    const make = (): Options =>
      lineOptions({ epochs: 6, optimizer: momentum(), callbacks: [keepBest()] });
    let run: Parameters<NonNullable<Callback["start"]>>[0];
    const take: Callback = {
      start: (info) => void (run = info),
      progress: ({ step }) => void (step % 7 === 0 && taken.push(run.snapshot(), run.snapshot())),
      end: () => void taken.push(run.snapshot()),
    };
    const whole = await outcome(await fit({ ...make(), callbacks: [keepBest(), take] }));
    expect(taken.length).toBeGreaterThan(2);
    for (const snapshot of taken)
      expect(await outcome(await fit({ ...make(), resume: await snapshot }))).toEqual(whole);
  });

  it("may have more epochs than before", async () => {
    const snapshots: StoredModel[] = [];
    const save: Callback = {
      start(run) {
        save.end = async () => void snapshots.push(throughFile(await run.snapshot()));
      },
    };
    const short = (): Options => lineOptions({ epochs: 3, callbacks: [save] });
    await fit(short());
    const more = await fit(lineOptions({ epochs: 7, resume: snapshots[0]! }));
    expect(await outcome(more)).toEqual(await outcome(await fit(lineOptions({ epochs: 7 }))));
    await expect(fit(lineOptions({ epochs: 2, resume: snapshots[0]! }))).rejects.toThrow(
      "fit: resume: epochs must be at least 3, which have begun, got 2",
    );
  });

  it("that was over is over at once", async () => {
    let resume: StoredModel | undefined;
    const save: Callback = {
      start(run) {
        save.end = async () => void (resume = throughFile(await run.snapshot()));
      },
    };
    const stopping = (): Callback[] => [earlyStopping({ patience: 1, minimumChange: 1 }), save];
    const first = await fit(lineOptions({ callbacks: stopping() }));
    expect(first.ended).toBe("callback");
    const again = await fit(lineOptions({ callbacks: stopping(), resume: resume! }));
    expect(await outcome(again)).toEqual(await outcome(first));
  });
});

describe("fit refuses to resume", () => {
  const cases: [string, () => Partial<Options>, string][] = [
    ["with another batch size", () => ({ batchSize: 4 }), "batchSize is 4 here and was 3"],
    ["with another seed", () => ({ seed: 8 }), "seed is 8 here and was 7"],
    ["with another order", () => ({ shuffle: false }), "shuffle is false here and was true"],
    ["with another dtype", () => ({ dtype: "f64" }), "here and was"],
    [
      "with another rate",
      () => ({ optimizer: sgd({ learningRate: 0.2 }) }),
      "optimizer.config.learningRate.config.rate is 0.2 here and was 0.1",
    ],
    [
      "another model",
      () => ({ model: dense(1, { bias: false }) }),
      "model.config.bias is false here",
    ],
    [
      "with other data",
      () => ({ data: { inputs: [[1, 2]], targets: [[1]] } }),
      'data.inputs is "f32[1,2]" here and was "f32[10,2]"',
    ],
    ["without its callbacks", () => ({ callbacks: [] }), "callbacks.keepBest is null here and was"],
    ["with other metrics", () => ({ metrics: [meanSquare()] }), "metrics.0 is"],
    [
      "on another backend",
      () => ({ backend: { ...js(), kind: "@acme/backend#fast" } }),
      'backend is "@acme/backend#fast" here and was "@nn/backend-js#js"',
    ],
    [
      "in another mode of numerics",
      () => ({ backend: { ...js(), config: { numerics: "relaxed" } } }),
      'numerics is "relaxed" here and was "strict"',
    ],
  ];
  const make = (): Options =>
    lineOptions({ optimizer: sgd({ learningRate: 0.1 }), callbacks: [keepBest()] });
  const taken = async (): Promise<StoredModel> => {
    const interrupted = interruption("progress", 5);
    await fit({ ...make(), callbacks: [keepBest(), interrupted] }).catch(() => undefined);
    return interrupted.taken!;
  };

  it.each(cases)("%s", async (_, changes, message) => {
    const resume = await taken();
    await expect(fit({ ...make(), ...changes(), resume })).rejects.toThrow(message);
  });

  it("what is no snapshot", async () => {
    const message = "fit: resume: this is no snapshot of a run, or it is damaged";
    await expect(fit({ ...make(), resume: { tensors: {}, metadata: {} } })).rejects.toThrow(
      message,
    );
    const { tensors, metadata } = await taken();
    const { "run/monitored": _, ...rest } = tensors;
    await expect(fit({ ...make(), resume: { tensors: rest, metadata } })).rejects.toThrow(message);
    const short = { shape: [0], dtype: "f64", data: new Float64Array() } as const;
    for (const damage of [
      { tensors: { ...tensors, "history/loss": short } },
      { tensors: { ...tensors, "history/other": short } },
      { metadata: { ...metadata, run: { ...Object(metadata["run"]), step: "5" } } },
      { metadata: null as never },
    ])
      await expect(fit({ ...make(), resume: { tensors, metadata, ...damage } })).rejects.toThrow(
        /this is no snapshot of a run, or it is damaged|resume must be a snapshot/,
      );
  });

  it("with tensors that do not fit", async () => {
    const { tensors, metadata } = await taken();
    const { "parameters/weights": weights, ...rest } = tensors;
    await expect(fit({ ...make(), resume: { tensors: rest, metadata } })).rejects.toThrow(
      "fit: the snapshot's variables lack 'weights', which the model needs",
    );
    const wrong = { ...weights!, shape: [1, 2] };
    await expect(
      fit({ ...make(), resume: { tensors: { ...rest, "parameters/weights": wrong }, metadata } }),
    ).rejects.toThrow(
      "fit: the snapshot's variables: parameter 'weights' is f32[1,2] where the model needs f32[2,1]",
    );
  });
});
