import { js } from "@nn/backend-js";
import {
  corePlugins,
  type Executor,
  type Layer,
  type Loss,
  mean,
  square,
  type StoredModel,
  type Tensor,
} from "@nn/core";
import { workers } from "@nn/executor-workers";
import { dense, plugins as layers, sigmoid } from "@nn/layers-dense";
import { binaryCrossEntropy } from "@nn/losses";
import { momentum } from "@nn/optimizers";
import {
  earlyStopping,
  fit,
  type FitResult,
  openModel,
  storeModel,
  takeRows,
  type OpenedModel,
} from "@nn/trainer";
import {
  type FoldInfo,
  type FoldModel,
  type FoldStore,
  kFold,
  type KFoldOptions,
  type KFoldResult,
  plugins,
  tableOf,
} from "@nn/trainer-kfold";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plugins as testPlugins, standardize } from "./standardize.ts";
import { curve, network, regression } from "./support.ts";

type Options = KFoldOptions<Tensor, Tensor, Tensor>;
type Result = KFoldResult<Tensor, Tensor>;

/** Every bit that a result has. */
async function bitsOf({ folds, outOfFold, metrics, ensemble }: Result) {
  const some = [
    [0.1, 0.2],
    [-0.7, 0.4],
  ];
  const bits = folds.map(async ({ parameters, history, epochs, bestEpoch, seed, predict }) => ({
    parameters: await Promise.all(
      Object.entries(parameters).map(async ([path, value]) => [path, await value.read()]),
    ),
    history,
    epochs,
    bestEpoch,
    seed,
    some: await predict(some).read(),
  }));
  const all = await ensemble.predict(some).read();
  return { folds: await Promise.all(bits), outOfFold, metrics, all };
}

/** A model of a fold, trained without `kFold`. */
function alone(options: Options, { train, validation }: Result["folds"][0], seed: number) {
  const { folds: _, members: _members, data: _data, ...shared } = options;
  const { inputs, targets } = curve(41);
  const setOf = (rows: Int32Array) => ({
    inputs: takeRows(inputs, rows),
    targets: takeRows(targets, rows),
  });
  return fit({
    ...shared,
    model: network(),
    optimizer: momentum({ learningRate: 0.1 }),
    callbacks: [earlyStopping({ patience: 2 })],
    data: setOf(train),
    validation: setOf(validation),
    seed,
  } as Parameters<typeof fit<Tensor, Tensor, Tensor>>[0]);
}

const several: Options = {
  ...regression(),
  members: 3,
  callbacks: () => [earlyStopping({ patience: 2 })],
};

describe("a fold with several members", () => {
  let result: Result;
  let trained: FitResult<Tensor, Tensor>[][];
  beforeAll(async () => {
    result = await kFold(several);
    trained = await Promise.all(
      result.folds.map((fold, number) =>
        Promise.all(
          [0, 1, 2].map((member) => alone(several, fold, 7 + (member * 4 + number) * 2 ** 32)),
        ),
      ),
    );
  });

  it("has models that fit trains by itself, with seeds of their own", async () => {
    for (const [number, fold] of result.folds.entries()) {
      expect(fold.members.map(({ member }) => member)).toEqual([0, 1, 2]);
      for (const [i, own] of fold.members.entries()) {
        const expected = trained[number]![i]!;
        expect(own.seed).toBe(7 + (i * 4 + number) * 2 ** 32);
        expect(own.history).toEqual(expected.history);
        expect([own.epochs, own.bestEpoch]).toEqual([expected.epochs, expected.best]);
        for (const [path, value] of Object.entries(expected.parameters)) {
          expect(await own.parameters[path]!.read()).toEqual(await value.read());
          expect(fold.parameters[`${i}/${path}`]).toBe(own.parameters[path]);
        }
      }
    }
    const seeds = result.folds.flatMap(({ members }) => members.map(({ seed }) => seed));
    expect(new Set(seeds).size).toBe(12);
  });

  it("predicts the mean of theirs, and is judged by it", async () => {
    const { inputs, targets } = curve(41);
    for (const [number, fold] of result.folds.entries()) {
      const rows = takeRows(inputs, fold.validation);
      const outputs = await Promise.all(trained[number]!.map((own) => own.predict(rows).read()));
      const [a, b, c] = outputs.map((values) => Float32Array.from(values));
      const mean = a!.map((value, i) => Math.fround(Math.fround(value + b![i]!) + c![i]!) / 3);
      expect(await fold.predict(rows).read()).toEqual(mean);
      let loss = 0;
      for (const [i, row] of fold.validation.entries()) {
        expect(result.outOfFold.predictions.data[row]).toBe(mean[i]);
        loss += (mean[i]! - targets[row]![0]!) ** 2 / fold.validation.length;
      }
      expect(fold.metrics.loss).toBeCloseTo(loss, 6);
      // The mean of predictions errs no more than they do in the mean.
      const each = await Promise.all(trained[number]!.map((own) => lossOf(own, fold.validation)));
      expect(fold.metrics.loss).toBeLessThan(each.reduce((x, y) => x + y) / 3);
    }
    expect(result.best.metrics.loss).toBe(result.metrics.loss.best);
  });

  it("has the mean of their histories, over the epochs that all of them have", () => {
    let differ = 0;
    for (const fold of result.folds) {
      const lengths = fold.members.map(({ epochs }) => epochs);
      const least = Math.min(...lengths);
      differ += Math.max(...lengths) - least;
      expect(fold.epochs).toBe(least);
      for (const [name, values] of Object.entries(fold.history)) {
        expect(values).toHaveLength(least);
        for (const epoch of [0, least - 1]) {
          const figures = fold.members.map(({ history }) => history[name]![epoch]!);
          expect(values[epoch]).toBeCloseTo(figures.reduce((a, b) => a + b) / 3, 12);
        }
      }
      const watched = fold.history["validation/loss"]!;
      expect(watched[fold.bestEpoch - 1]).toBe(Math.min(...watched));
    }
    expect(differ).toBeGreaterThan(0);
  });

  it("counts in the ensemble as one", async () => {
    const some = [[0.3, -0.2]];
    const answers = await Promise.all(
      trained.flat().map(async (own) => (await own.predict(some).read())[0]!),
    );
    const [joined] = await result.ensemble.predict(some).read();
    expect(joined).toBeCloseTo(answers.reduce((a, b) => a + b) / 12, 6);
  });

  it("keeps the members that there are with fewer of them", async () => {
    const [one, none] = await Promise.all([
      kFold({ ...several, members: 1 }),
      kFold({ ...several, members: undefined } as unknown as Options),
    ]);
    expect(await bitsOf(one)).toEqual(await bitsOf(none));
    for (const [number, { members, model, parameters, seed, predict }] of one.folds.entries()) {
      expect(members).toHaveLength(1);
      expect([members[0]!.model, members[0]!.predict]).toEqual([model, predict]);
      const first = result.folds[number]!.members[0]!;
      expect(first.seed).toBe(seed);
      for (const [path, value] of Object.entries(parameters))
        expect(await first.parameters[path]!.read()).toEqual(await value.read());
    }
  });

  async function lossOf({ predict }: FitResult<Tensor, Tensor>, rows: Int32Array) {
    const { inputs, targets } = curve(41);
    const outputs = await predict(takeRows(inputs, rows)).read();
    const squares = Array.from(outputs, (value, i) => (value - targets[rows[i]!]![0]!) ** 2);
    return squares.reduce((a, b) => a + b) / rows.length;
  }
});

describe("members of folds", () => {
  let executor: Executor;
  beforeAll(() => {
    const execArgv = ["--import", "tsx", "--conditions=@nn/source"];
    executor = workers({ concurrency: 2, execArgv });
  });
  afterAll(() => executor.close());

  it("come to the same bits every time, and in worker threads", async () => {
    const entry = new URL("entry.ts", import.meta.url);
    const expected = await bitsOf(await kFold(several));
    expect(await bitsOf(await kFold(several))).toEqual(expected);
    expect(await bitsOf(await kFold({ ...several, executor, entry }))).toEqual(expected);
  });

  it("are watched one by one, and counted through", async () => {
    const told: unknown[] = [];
    const infos: FoldInfo[] = [];
    await kFold({
      ...regression(),
      folds: 2,
      members: 2,
      epochs: 1,
      observe: (index, of, info) => {
        infos.push(info);
        return { end: () => void told.push([index, of, info.fold, info.member]) };
      },
    });
    expect(told).toEqual([
      [0, 4, 0, 0],
      [1, 4, 0, 1],
      [2, 4, 1, 0],
      [3, 4, 1, 1],
    ]);
    expect(infos[3]).toEqual({
      fold: 1,
      folds: 2,
      member: 1,
      members: 2,
      inputs: 2,
      outputs: 1,
      seed: 7 + 3 * 2 ** 32,
    });
  });

  it("are taken from a store one by one, also when there are more of them than there were", async () => {
    const kept = new Map<string, StoredModel>();
    const store: FoldStore = {
      interval: 0,
      read: async (name) => kept.get(name),
      write: async (name, model) => void kept.set(name, model),
    };
    const started: (readonly [number, number, number])[] = [];
    const observe: Options["observe"] = (_, _of, { fold, member }) => ({
      start: ({ step }) => void started.push([fold, member, step]),
    });
    const options = { ...regression(), folds: 2, observe, store };
    await kFold(options);
    expect([...kept.keys()]).toEqual(["fold-0", "fold-1"]);
    started.length = 0;

    const controller = new AbortController();
    const stopped = await kFold({
      ...options,
      members: 3,
      signal: controller.signal,
      callbacks: ({ fold, member }) => [
        {
          epoch: ({ epoch }) =>
            void (fold === 1 && member === 1 && epoch === 2 && controller.abort()),
        },
      ],
    });
    expect(stopped.ended).toBe("signal");
    expect(stopped.folds.map(({ fold }) => fold)).toEqual([0]);
    expect(started.splice(0)).toEqual([
      [0, 1, 0],
      [0, 2, 0],
      [1, 1, 0],
    ]);

    const resumed = await kFold({ ...options, members: 3 });
    expect(started.map(([fold, member]) => [fold, member])).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(started[0]![2]).toBeGreaterThan(0);
    const { store: _, ...anew } = options;
    expect(await bitsOf(resumed)).toEqual(await bitsOf(await kFold({ ...anew, members: 3 })));
    expect(kept.has("fold-1-member-2")).toBe(true);
  });

  it("say which of them has failed", async () => {
    const failing = kFold({
      ...regression(),
      members: 2,
      model: ({ fold, member }): Layer => {
        if (fold === 1 && member === 1) throw new Error("no such model");
        return dense(1);
      },
    });
    await expect(failing).rejects.toMatchObject({
      name: "FoldError",
      message: "fold 1, member 1: no such model",
      fold: 1,
      member: 1,
      result: { folds: [{ fold: 0 }] },
    });
  });

  it("end with the one whose job an executor loses, after folds that are done", async () => {
    let jobs = 0;
    const losing: Executor = {
      ...executor,
      concurrency: 1,
      run: (job, options) =>
        jobs++ === 3
          ? Promise.reject(new Error("the machine is gone"))
          : executor.run(job, options),
    };
    const entry = new URL("entry.ts", import.meta.url);
    const failing = kFold({ ...several, members: 2, executor: losing, entry });
    await expect(failing).rejects.toMatchObject({
      message: "fold 1, member 1: the machine is gone",
      fold: 1,
      member: 1,
      result: { ended: "error", folds: [{ fold: 0, members: [{ member: 0 }, { member: 1 }] }] },
    });
    expect(jobs).toBe(4);
  });

  it("give outputs of one shape", async () => {
    const model = ({ member }: FoldInfo): Layer => dense(member + 1);
    const loss: Loss = {
      kind: "@test/losses#any",
      config: {},
      values: (prediction) => mean(square(prediction), 1),
    };
    await expect(kFold({ ...regression(), metrics: [], members: 2, model, loss })).rejects.toThrow(
      /^fold 0: kFold: members of a fold must give outputs of one shape, but member 0 gives \[11,1\] and member 1 \[11,2\]/,
    );
  });

  it("are at least one", async () => {
    for (const members of [0, -1, 1.5, Number.NaN, "3", null, [2]])
      await expect(kFold({ ...regression(), members } as unknown as Options)).rejects.toThrow(
        /^kFold: members must be a whole number from 1, got /,
      );
  });
});

describe("members on a table", () => {
  const { inputs, targets } = curve(41);
  const table = tableOf({
    a: inputs.map(([a]) => a! * 50 + 9),
    b: inputs.map(([, b]) => b! * 3),
    y: targets.map(([y]) => y! * 1000 + 5000),
  });
  const fits: number[] = [];
  const { data: _, ...rest } = several;
  const options = {
    ...rest,
    data: table,
    target: "y",
    pipeline: standardize(["a", "b", "y"], (rows) => fits.push(rows.numRows())),
  };
  let result: Result;
  beforeAll(async () => {
    result = await kFold(options);
  });
  const columnOf = async (model: Pick<FoldModel<Tensor, Tensor>, "predictTable">) =>
    Array.from((await model.predictTable(table)).array("y") as Float64Array);
  const known = [...corePlugins, ...layers, ...plugins, ...testPlugins];

  it("share the pipeline of their fold, which is fitted once", () => {
    expect(fits).toEqual(result.folds.map(({ train }) => train.length));
    for (const { pipeline, members } of result.folds)
      for (const own of members) expect(own.pipeline).toBe(pipeline);
  });

  it("are averaged before the pipeline reverts", async () => {
    const perFold: number[][] = [];
    for (const fold of result.folds) {
      const each = await Promise.all(fold.members.map(columnOf));
      const joined = await columnOf(fold);
      perFold.push(joined);
      // This one is linear, so that it is the same afterwards.
      joined.forEach((value, row) =>
        expect(value / ((each[0]![row]! + each[1]![row]! + each[2]![row]!) / 3)).toBeCloseTo(1, 6),
      );
      for (const row of fold.validation)
        expect(result.outOfFold.columns!["y"]![row]! / joined[row]!).toBeCloseTo(1, 6);
    }
    expect(result.units).toBe("original");
    (await columnOf(result.ensemble)).forEach((value, row) => {
      const mean = perFold.reduce((sum, joined) => sum + joined[row]!, 0) / 4;
      expect(value / mean).toBeCloseTo(1, 9);
    });
  });

  it("predict the same when stored and opened, as best fold and as ensemble", async () => {
    for (const made of [result.best, result.ensemble, result.folds[2]!.members[1]!]) {
      const { tensors, metadata } = await storeModel(made);
      const opened: OpenedModel<Tensor, Tensor> = openModel(
        { tensors, metadata: JSON.parse(JSON.stringify(metadata)) },
        { plugins: known, backend: js() },
      );
      const { outputs } = made.columns!;
      const prepared = made.pipeline!.transform(table);
      const rows = Array.from({ length: 41 }, (_, row) =>
        made.columns!.inputs.map((name) => prepared.array(name)[row] as number),
      );
      expect(opened.columns).toEqual(made.columns);
      expect(await opened.predict(rows).read()).toEqual(await made.predict(rows).read());
      expect(outputs.length).toBe(made === result.ensemble ? 4 : 1);
    }
  });

  it("have what is averaged applied to each of them in the ensemble, and not in their fold", async () => {
    const { metrics: _metrics, ...plain } = options;
    const { folds, ensemble, metrics } = await kFold({
      ...plain,
      data: tableOf({
        a: table.array("a"),
        b: table.array("b"),
        y: targets.map(([y]) => +(y! > 0)),
      }),
      pipeline: standardize(["a", "b"]),
      loss: binaryCrossEntropy(),
      average: sigmoid(),
    });
    const squash = (x: number) => 1 / (1 + Math.exp(-x));
    const logits = await Promise.all(
      folds.map((fold) => Promise.all(fold.members.map((own) => columnOf(own)))),
    );
    (await columnOf(ensemble)).forEach((value, row) => {
      const all = logits.flat().map((list) => squash(list[row]!));
      expect(value).toBeCloseTo(all.reduce((a, b) => a + b) / 12, 5);
    });
    for (const [i, { validation }] of folds.entries()) {
      const losses = Array.from(validation, (row) => {
        const mean = logits[i]!.reduce((sum, list) => sum + list[row]!, 0) / 3;
        return -Math.log(targets[row]![0]! > 0 ? squash(mean) : squash(-mean));
      });
      expect(metrics.loss.folds[i]).toBeCloseTo(losses.reduce((a, b) => a + b) / losses.length, 5);
    }
  });
});
