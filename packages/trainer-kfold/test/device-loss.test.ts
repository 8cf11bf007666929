import { js } from "@nn/backend-js";
import {
  type Backend,
  type Callback,
  type Executor,
  type Observer,
  sequential,
  type StoredModel,
  tensor,
  type Tensor,
} from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { dropout } from "@nn/layers-dropout";
import { type DeviceLostError, keepBest } from "@nn/trainer";
import {
  type FoldError,
  type FoldStore,
  kFold,
  type KFoldOptions,
  runFold,
  tableOf,
} from "@nn/trainer-kfold";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, fragile } from "../../trainer/test/fragile.ts";
import { plugins } from "./entry.ts";
import { standardize } from "./standardize.ts";
import { bitsOf } from "./store-run.ts";
import { curve, regression } from "./support.ts";

type Options = KFoldOptions<Tensor, Tensor, Tensor>;

/** The time as training sees it, in milliseconds. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

/** Lets a minute go by with every chunk, so that each is followed by a snapshot. */
const slowly: Callback = { progress: () => void (now += 60_000) };

/** Folds of two members, of everything that has to be the same afterwards. */
function lossyOptions(changes: Partial<Options> = {}): Options {
  return {
    ...regression(24),
    folds: 3,
    members: 2,
    model: sequential([dense(4, { activation: tanh() }), dropout(0.2), dense(1)]),
    callbacks: () => [keepBest(), slowly],
    epochs: 3,
    ...changes,
  };
}

/** The same from a table, whose columns a pipeline prepares for each fold. */
function tableOptions(changes: Partial<Options> = {}): Options {
  const { inputs, targets } = curve(24);
  const data = tableOf({
    a: inputs.map(([a]) => a),
    b: inputs.map(([, b]) => b),
    y: targets.map(([y]) => y),
  });
  const pipeline = standardize(["a", "b", "y"]);
  return { ...lossyOptions(), data, target: "y", pipeline, ...changes };
}

/** How often an undisturbed run does what. */
async function callsOf(options: Options): Promise<Record<Call, number>> {
  const { backend, calls } = fragile();
  await kFold({ ...options, backend });
  return { ...calls };
}

async function failureOf(run: Promise<unknown>): Promise<FoldError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "FoldError" });
  return error as FoldError;
}

/** Loses a device when a model, counted through, has done some epochs, on whichever device these are. */
function trouble(lose: () => void, ...losses: (readonly [model: number, epoch: number])[]) {
  const left = [...losses];
  return (fold: number): Observer => ({
    epoch(report) {
      const [model, epoch] = left[0] ?? [];
      if (model !== fold || epoch !== report.epoch) return;
      left.shift();
      lose();
    },
  });
}

function memory(): FoldStore & { readonly kept: Map<string, StoredModel> } {
  const kept = new Map<string, StoredModel>();
  return {
    kept,
    interval: 0,
    read: async (name) => kept.get(name),
    write: async (name, model) => void kept.set(name, model),
  };
}

/** What can be sent to jobs. */
function jobOptions(changes: Partial<Options> = {}): Options {
  return lossyOptions({ model: dense(1), callbacks: [], ...changes });
}

const entry = "unused";

/** Runs jobs here, two at a time; `open` is told the number of a job, from 1, and gives its backend. */
function inline(open: (job: number) => Backend): Executor {
  let jobs = 0;
  return {
    concurrency: 2,
    async run({ spec, tensors }, { signal, onMessage } = {}) {
      const job = ++jobs;
      const kind = "@nn/trainer/test#fragile";
      return runFold(spec, tensors, {
        plugins: [...plugins, { kind, contract: 1, create: () => open(job) }],
        threads: 1,
        signal: signal!,
        send: (message) => onMessage?.(message),
      });
    },
    close: async () => {},
  };
}

describe("folds whose device is lost", () => {
  for (const [name, options] of [
    ["a data set", lossyOptions({ folds: 2, epochs: 2 })],
    ["a table with a pipeline", tableOptions({ folds: 2, epochs: 2, members: 1 })],
  ] as const)
    it(`come to the same bits on another one, whatever fails, of ${name}`, async () => {
      const expected = await bitsOf({ ...options, backend: js() });
      const calls = await callsOf(options);
      for (const kind of ["upload", "run", "read"] as const)
        for (const part of [0, 0.3, 0.55, 0.8, 1]) {
          const call = Math.max(1, Math.round(part * calls[kind]));
          const { backend, opened } = fragile({ at: [[kind, call]], devices: 2 });
          expect(await bitsOf({ ...options, backend })).toBe(expected);
          expect(opened).toHaveLength(2);
        }
    });

  it("go on from the last snapshot, and what is done is not done again", async () => {
    const { backend, lose } = fragile({ devices: 2 });
    const told: unknown[] = [];
    const observed = trouble(lose, [3, 2]);
    const made: number[] = [];
    const options = lossyOptions({
      backend,
      model({ fold, member }) {
        made.push(fold * 2 + member);
        return dense(1);
      },
      observe: (fold) => ({
        start: ({ step }) => void told.push([fold, step]),
        epoch: (report) => observed(fold).epoch!(report),
        end: (ended) => void (ended === "epochs" || told.push(ended)),
      }),
    });
    await kFold(options);
    // 16 rows are two steps an epoch; the epoch that the loss was in is told of again.
    expect(told).toEqual([[0, 0], [1, 0], [2, 0], [3, 0], "error", [3, 4], [4, 0], [5, 0]]);
    expect(made).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("leave models that predict on the new device", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    const result = await kFold(tableOptions({ backend, observe: trouble(lose, [3, 2]) }));
    const { ensemble, folds } = result;
    for (const { parameters, predict } of [...folds, ...folds.flatMap((own) => own.members)]) {
      for (const { source } of Object.values(parameters))
        expect(source).toMatchObject({ backend: opened[1]!.backend });
      expect(await predict([[0.5, 1]]).read()).toHaveLength(1);
    }
    const rows = tableOf({ a: [0.5], b: [1], y: [0] });
    expect((await ensemble.predictTable(rows)).numRows()).toBe(1);
  });

  it("leave nothing but their models behind on the new device", async () => {
    const heldAfter = async (at: readonly (readonly [Call, number])[]): Promise<number> => {
      const { backend, opened } = fragile({ at, devices: 2 });
      await kFold(tableOptions({ backend }));
      return opened.at(-1)!.held.size;
    };
    expect(await heldAfter([["read", 60]])).toBeLessThanOrEqual(await heldAfter([]));
  });

  it("have their data looked at once", async () => {
    const lint = vi.fn();
    const { backend, lose } = fragile({ devices: 2 });
    await kFold(lossyOptions({ backend, lint, observe: trouble(lose, [3, 2]) }));
    expect(lint).toHaveBeenCalledTimes(1);
    lint.mockClear();
    const other = fragile({ devices: 2 });
    const observe = trouble(other.lose, [3, 2]);
    await kFold(tableOptions({ backend: other.backend, lint, observe }));
    expect(lint.mock.calls.map(([, name]) => name)).toEqual(
      Array.from({ length: 3 }, () => ["data", "validation"]).flat(),
    );
  });

  it("are kept in a store as ever", async () => {
    const expected = await bitsOf(lossyOptions());
    const { backend, lose } = fragile({ devices: 2 });
    const store = memory();
    expect(await bitsOf(lossyOptions({ backend, store, observe: trouble(lose, [3, 2]) }))).toBe(
      expected,
    );
    const observe = vi.fn();
    expect(await bitsOf(lossyOptions({ backend: fragile().backend, store, observe }))).toBe(
      expected,
    );
    expect(observe).not.toHaveBeenCalled();
  });

  it("end with a signal, and those that finished can be used", async () => {
    const { backend, opened, lose } = fragile({ devices: 2 });
    const controller = new AbortController();
    const observe = trouble(() => {
      controller.abort();
      lose();
    }, [3, 2]);
    const { signal } = controller;
    const { folds, ended, ensemble } = await kFold(lossyOptions({ backend, signal, observe }));
    expect(folds.map(({ fold }) => fold)).toEqual([0]);
    expect(ended).toBe("signal");
    expect(opened).toHaveLength(2);
    expect(await ensemble.predict([[0.5, 1]]).read()).toHaveLength(1);
  });

  it("can train elsewhere meanwhile", async () => {
    const expected = await bitsOf(jobOptions());
    const { backend, opened, lose } = fragile({ devices: 2 });
    let jobs = 0;
    const executor = inline((job) => {
      if (job === 3) lose();
      jobs = job;
      return js();
    });
    expect(await bitsOf(jobOptions({ backend, executor, entry }))).toBe(expected);
    expect(opened).toHaveLength(2);
    expect(jobs).toBe(6);
  });

  it("can be on their way elsewhere, with data of the lost device", async () => {
    const expected = await bitsOf(jobOptions({ members: 3 }));
    const { backend, opened, lose } = fragile({ devices: 2 });
    const executor = inline((job) => {
      if (job === 1) lose();
      return js();
    });
    const { read, ...others } = memory();
    const store: FoldStore = {
      ...others,
      async read(name) {
        // It has the data of its fold before the loss, and reads it after another member has gone on.
        if (name === "fold-0-member-1")
          await vi.waitUntil(() => opened.length === 2, { interval: 5 });
        return read(name);
      },
    };
    expect(await bitsOf(jobOptions({ members: 3, backend, executor, entry, store }))).toBe(
      expected,
    );
    expect(opened).toHaveLength(2);
  });

  it("go on in their job, if the device is that of the job", async () => {
    const expected = await bitsOf(jobOptions());
    const { backend, opened } = fragile();
    const starts: number[] = [];
    const observe = (model: number): Observer => ({
      start: ({ step }) => void (model === 2 && starts.push(step)),
      progress: () => void (now += 60_000),
    });
    const executor = inline((job) =>
      job === 3 ? fragile({ at: [["read", 30]], devices: 2 }).backend : js(),
    );
    expect(await bitsOf(jobOptions({ backend, executor, entry, observe }))).toBe(expected);
    expect(starts).toEqual([0, 2]);
    expect(opened).toHaveLength(1);
    const lossy = inline((job) => (job === 3 ? fragile({ at: [["read", 30]] }).backend : js()));
    const error = await failureOf(kFold(jobOptions({ backend, executor: lossy, entry })));
    expect(error.message).toMatch(
      /kFold: the device of a job was lost, and .* cannot open another/,
    );
    expect(error.cause).toMatchObject({ name: "DeviceLostError" });
  });
});

describe("a second loss", () => {
  it("ends with the fold, and those that finished can be used", async () => {
    const { backend, opened, lose, reason } = fragile({ devices: 9 });
    const observe = trouble(lose, [1, 2], [4, 2]);
    const error = await failureOf(kFold(lossyOptions({ backend, observe })));
    expect(error).toMatchObject({ fold: 2, member: 0, cause: { name: "DeviceLostError" } });
    expect(error.message).toBe(
      "fold 2, member 0: kFold: the device was lost, and it was the second one (device 2 fell off the bus); try again " +
        "with a new backend, and with a store, from which a run can go on",
    );
    const { snapshot, step } = error.cause as DeviceLostError;
    expect(step).toBe(4);
    expect(snapshot).toMatchObject({ metadata: { run: { step: 4 } } });
    let cause: unknown = error;
    while (cause !== undefined && cause !== (await reason(1))) cause = Object(cause).cause;
    expect(cause).toBeDefined();

    const undisturbed = await kFold(lossyOptions());
    const { folds, ended, ensemble } = error.result!;
    expect(ended).toBe("error");
    expect(folds.map(({ metrics }) => metrics)).toEqual(
      undisturbed.folds.slice(0, 2).map(({ metrics }) => metrics),
    );
    expect(opened).toHaveLength(3);
    expect(await (ensemble.predict([[0.5, 1]]) as Tensor).read()).toHaveLength(1);
  });

  it("ends without them where no device is left for them", async () => {
    const { backend, lose } = fragile({ devices: 2 });
    const observe = trouble(lose, [1, 2], [4, 2]);
    const error = await failureOf(kFold(lossyOptions({ backend, observe, store: memory() })));
    expect(error.message).toMatch(/it was the second one .*; with a new backend, it goes on from/);
    expect(error.result).toBeUndefined();
  });
});

describe("a device that cannot be replaced", () => {
  it("fails the fold", async () => {
    const { backend, lose } = fragile();
    const observe = trouble(lose, [3, 2]);
    const error = await failureOf(kFold(lossyOptions({ backend, observe })));
    expect(error).toMatchObject({ fold: 1, cause: { name: "DeviceLostError" } });
    expect(error.message).toContain("@nn/trainer/test#fragile cannot open another one (device 1");
    expect(error.result).toBeUndefined();
  });

  it("fails before there are folds, too", async () => {
    const { backend } = fragile({ at: [["upload", 1]] });
    await expect(kFold(lossyOptions({ backend }))).rejects.toMatchObject({
      name: "DeviceLostError",
      message: expect.stringMatching(/^kFold: the device was lost, and @nn/),
    });
  });

  it("has taken tensors of the caller's with it", async () => {
    const { backend, lose } = fragile({ devices: 2 });
    const { inputs, targets } = curve(24);
    const data = { inputs: tensor(backend, inputs), targets };
    const observe = trouble(lose, [3, 2]);
    const error = await failureOf(kFold(lossyOptions({ backend, data, observe })));
    expect(error.message).toContain("data held tensors that were there, which cannot be uploaded");
    expect(error.result).toBeUndefined();
  });
});

it("other errors of a run whose device is lost, too, are told, with the folds that finished", async () => {
  const { backend, lose } = fragile({ devices: 2 });
  const observe = trouble(() => {
    lose();
    throw new Error("the printer is out of paper");
  }, [3, 2]);
  const error = await failureOf(kFold(lossyOptions({ backend, observe })));
  expect(error.message).toBe("fold 1, member 1: the printer is out of paper");
  expect(error.result).toMatchObject({ folds: [{ fold: 0 }] });
  const output = error.result!.best.predict([[0.5, 1]]) as Tensor;
  expect(await output.read()).toHaveLength(1);
});
