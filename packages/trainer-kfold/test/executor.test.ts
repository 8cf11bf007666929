import { js } from "@nn/backend-js";
import { wasm } from "@nn/backend-wasm";
import {
  type Backend,
  type Callback,
  type Executor,
  type Json,
  type Layer,
  type Plugin,
  sequential,
  type Tensor,
  type UnopenedBackend,
} from "@nn/core";
import { workers } from "@nn/executor-workers";
import { dense, tanh } from "@nn/layers-dense";
import { crossEntropy } from "@nn/losses";
import { accuracy, r2 } from "@nn/metrics";
import { adam } from "@nn/optimizers";
import { earlyStopping } from "@nn/trainer";
import { kFold, type KFoldOptions, type KFoldResult, stratified } from "@nn/trainer-kfold";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plugins, run } from "./entry.ts";
import { curve, randomNumbers, regression } from "./support.ts";

const entry = new URL("entry.ts", import.meta.url);
let executor: Executor;

beforeAll(() => {
  const execArgv = ["--import", "tsx", "--conditions=@nn/source"];
  executor = workers({ concurrency: 2, execArgv });
});
afterAll(() => executor.close());

const next = randomNumbers(5);
const inputs = Array.from({ length: 90 }, () => Array.from({ length: 12 }, () => next() * 2 - 1));
const labels = inputs.map(([a, b]) => Number(a! + b! > 0));

function classification(backend: Backend): KFoldOptions<Tensor, Tensor, Tensor> {
  return {
    backend,
    folds: stratified({ labels, folds: 3 }),
    data: { inputs, targets: Int32Array.from(labels) },
    model: ({ inputs: width }) =>
      sequential([dense(64, { activation: tanh() }), dense(width), dense(2)]),
    loss: crossEntropy(),
    metrics: [accuracy()],
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 4,
    batchSize: 64,
    callbacks: () => [earlyStopping({ patience: 1 })],
    seed: 3,
  };
}

/** Every bit that a result has. */
async function bitsOf({ folds, outOfFold, metrics, ensemble }: KFoldResult<Tensor, Tensor>) {
  const read = async (values: { readonly [path: string]: Tensor }) =>
    Promise.all(Object.entries(values).map(async ([path, value]) => [path, await value.read()]));
  return {
    folds: await Promise.all(
      folds.map(async ({ parameters, history, epochs, bestEpoch }) => ({
        parameters: await read(parameters),
        history,
        epochs,
        bestEpoch,
      })),
    ),
    outOfFold,
    metrics,
    ensemble: await ensemble.predict(inputs).read(),
  };
}

describe("folds in worker threads", () => {
  it("give the bits that they give here, on one thread or several", async () => {
    const backends = [wasm({ threads: 1 }), wasm({ threads: 2 })];
    const [one, two] = backends;
    const runs = [
      [
        kFold(classification(one!)),
        kFold(classification(two!)),
        kFold({ ...classification(one!), executor, entry, threads: 2 }),
      ],
      [kFold(classification(js())), kFold({ ...classification(js()), executor, entry })],
    ];
    for (const alike of runs) {
      const [expected, ...others] = await Promise.all(alike.map(async (run) => bitsOf(await run)));
      expect(expected!.folds.some(({ epochs }) => epochs > 1)).toBe(true);
      for (const other of others) expect(other).toEqual(expected);
    }
    for (const backend of backends) await backend.close?.();
  });

  it("report to observers, in order", async () => {
    const epochs: number[][] = [[], [], []];
    const hooks: string[] = [];
    await kFold({
      ...classification(js()),
      callbacks: [],
      executor,
      entry,
      observe: (fold, folds) => ({
        start: ({ epochs: count, monitor }) =>
          void hooks.push(`start ${fold} ${folds} ${count} ${monitor.name}`),
        epoch: async ({ epoch, metrics }) => {
          await new Promise((resolve) => setTimeout(resolve, epoch === 1 ? 20 : 0));
          expect(metrics["validation/accuracy"]).toBeGreaterThan(0);
          epochs[fold]!.push(epoch);
        },
        end: (ended) => void hooks.push(`end ${fold} ${ended}`),
      }),
    });
    expect(epochs).toEqual([0, 1, 2].map(() => [1, 2, 3, 4]));
    expect(hooks.sort()).toEqual([
      ...[0, 1, 2].map((fold) => `end ${fold} epochs`),
      ...[0, 1, 2].map((fold) => `start ${fold} 3 4 validation/loss`),
    ]);
  });

  it("end at the signal, and keep those that finished", async () => {
    const controller = new AbortController();
    const finished = new Set<number>();
    const result = await kFold({
      ...regression(),
      // Messages arrive later than what they are about, which must not have ended by then.
      epochs: 400,
      executor,
      entry,
      signal: controller.signal,
      observe: (fold) => ({
        epoch: ({ epoch }) => void (fold === 2 && epoch === 2 && controller.abort()),
        end: (ended) => void (ended === "epochs" && finished.add(fold)),
      }),
    });
    expect(result.ended).toBe("signal");
    expect(result.folds.map(({ fold }) => fold)).toEqual([...finished].sort());
    expect(finished.has(2)).toBe(false);
  });

  it("end when an observer fails, which is told", async () => {
    const failing = kFold({
      ...regression(),
      executor,
      entry,
      observe: (fold) => ({
        epoch: async () => {
          if (fold === 1) throw new Error("the terminal is gone");
        },
      }),
    });
    await expect(failing).rejects.toMatchObject({
      name: "FoldError",
      fold: 1,
      message: "fold 1: the terminal is gone",
    });
  });

  it("tell of a fault in a fold as they do here", async () => {
    const data = curve(41);
    data.inputs[3]![0] = Number.NaN;
    const options = { ...regression(), data, lint: false };
    for (const place of [{}, { executor, entry }])
      await expect(kFold({ ...options, ...place })).rejects.toMatchObject({
        name: "FoldError",
        message: expect.stringMatching(/^fold \d: fit: step \d is not finite/),
        cause: { name: "FaultError" },
      });
  });
});

describe("values that cannot travel", () => {
  const refuse = (changes: object, message: RegExp | string) =>
    expect(kFold({ ...regression(), executor, entry, ...changes })).rejects.toThrow(message);

  it("are named", async () => {
    const callback: Callback = { epoch: () => undefined };
    await refuse(
      { callbacks: [callback] },
      "fold 0: kFold: callbacks[0] cannot be sent to an executor, since it has no kind and config; give it both and a plugin " +
        "in the entry, or leave out `executor`, to train here",
    );
    class Watch {
      epoch(): void {}
    }
    await refuse({ callbacks: [earlyStopping(), new Watch()] }, /callbacks\[1\] cannot be sent/);
    await refuse({ metrics: [{ ...r2(), kind: undefined }] }, /metrics\[0\] cannot be sent/);
    await refuse({ model: () => undefined }, /fold 0: kFold: model cannot be sent/);
    const swish: Layer = {
      kind: "@test/layers#own",
      config: { fn: (() => 0) as never },
      apply: (_, x) => x,
    };
    await refuse(
      { model: sequential([dense(1), swish]) },
      /the options cannot be sent to an executor: @test\/layers#own.fn is a function, which JSON cannot hold; use a value with a kind instead; or leave out `executor`/,
    );
    const unknown: Layer = { kind: "@test/layers#unknown", config: {}, apply: (_, x) => x };
    await refuse({ model: unknown }, /nothing here makes '@test\/layers#unknown'/);
  });

  it("need an entry, and an entry needs an executor", async () => {
    await refuse(
      { entry: undefined },
      /an executor needs an entry.*exports `plugins` and `runFold` as `run`/,
    );
    await refuse({ executor: undefined }, /entry is for an executor such as workers\(\)/);
    await refuse({ threads: 0 }, /threads must be a whole number from 1, got 0/);
    const none = { ...executor, concurrency: 0 };
    await refuse({ executor: none }, /concurrency of the executor must be a whole number from 1/);
  });
});

/** An executor that runs jobs here, with these plugins. */
function here(known: readonly Plugin[]): Executor {
  return {
    concurrency: 1,
    run: (
      { spec, tensors, threads = 1 },
      { signal = new AbortController().signal, onMessage } = {},
    ) =>
      run(spec, tensors, {
        plugins: known,
        threads,
        signal,
        send: (message) => onMessage?.(message),
      }),
    close: async () => undefined,
  };
}

it("gives backends that have an option for threads the budget of the job", async () => {
  const seen: Json[] = [];
  const spying = plugins.map((plugin) =>
    plugin.kind === "@nn/backend-wasm#wasm"
      ? {
          ...plugin,
          create: (config: Parameters<typeof plugin.create>[0]) => {
            seen.push(config["threads"] as Json);
            return plugin.create(config);
          },
        }
      : plugin,
  );
  const options = { ...regression(), folds: 2, epochs: 1, executor: here(spying), entry };
  const backend = wasm({ threads: 1 });
  await kFold({ ...options, backend, threads: 2 });
  expect(seen).toEqual([2, 2]);
  await backend.close?.();
});

it("opens a backend that is described in each job, and closes it with the job", async () => {
  const kind = "@test/far#far";
  const calls: string[] = [];
  const open = async (): Promise<Backend> => {
    calls.push("open");
    return { ...js(), kind, close: () => void calls.push("close") };
  };
  const far: Plugin<UnopenedBackend> = {
    kind,
    contract: 1,
    create: (config) => ({ kind, config, dtypes: ["f32"], open }),
  };
  const options = classification({ ...js(), kind });
  const expected = await bitsOf(await kFold(options));
  const there = await kFold({ ...options, executor: here([...plugins, far]), entry });
  expect(await bitsOf(there)).toEqual(expected);
  expect(calls).toEqual(["open", "close", "open", "close", "open", "close"]);

  const missing = async (): Promise<Backend> => Promise.reject(new Error("there is no device"));
  const without = { ...far, create: () => ({ ...far.create({}), open: missing }) };
  await expect(kFold({ ...options, executor: here([...plugins, without]), entry })).rejects.toThrow(
    /there is no device/,
  );
});
