import { js } from "@nn/backend-js";
import { type Callback, type Json, type Layer, type Loss, sequential, type Tensor } from "@nn/core";
import { dense, softmax, tanh } from "@nn/layers-dense";
import { crossEntropy, mse } from "@nn/losses";
import { accuracy, r2 } from "@nn/metrics";
import { momentum, sgd } from "@nn/optimizers";
import { fit, takeRows } from "@nn/trainer";
import {
  type FoldInfo,
  kFold,
  kFolds,
  leaveOneOut,
  repeated,
  type Split,
  type Splitter,
  stratified,
  timeSeries,
} from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { curve, network, randomNumbers, regression } from "./support.ts";

describe("each fold", () => {
  it("trains as fit does on its rows, with a seed of its own", async () => {
    const options = regression();
    const { folds } = await kFold(options);
    const { inputs, targets } = curve(41);
    for (const [number, fold] of folds.entries()) {
      expect(fold.seed).toBe(7 + number * 2 ** 32);
      const setOf = (rows: Int32Array) => ({
        inputs: takeRows(inputs, rows),
        targets: takeRows(targets, rows),
      });
      const { folds: _, ...shared } = options;
      const alone = await fit({
        ...shared,
        model: network(),
        optimizer: momentum({ learningRate: 0.1 }),
        callbacks: [],
        data: setOf(fold.train),
        validation: setOf(fold.validation),
        seed: fold.seed,
      });
      for (const [path, value] of Object.entries(alone.parameters))
        expect(await fold.parameters[path]!.read()).toEqual(await value.read());
      expect(fold.history).toEqual(alone.history);
      expect(fold.bestEpoch).toBe(alone.best);
      expect(fold.epochs).toBe(20);
      expect(fold.metrics["r2"]).toBeCloseTo(alone.history["validation/r2"]!.at(-1)!, 6);
      expect(fold.metrics.loss).toBeCloseTo(alone.history["validation/loss"]!.at(-1)!, 6);
      const some = [[0.1, 0.2]];
      expect(await fold.predict(some).read()).toEqual(await alone.predict(some).read());
    }
  });

  it("gives the same bits every time, and others for another seed", async () => {
    const figures = async (seed: number) =>
      (await kFold({ ...regression(), seed })).metrics["r2"]!.folds;
    expect(await figures(7)).toEqual(await figures(7));
    expect(await figures(7)).not.toEqual(await figures(8));
  });

  it("holds back the same rows for other seeds, where the splitter has its own", async () => {
    const folds = kFolds({ folds: 2, seed: 3 });
    const [a, b] = [7, 8].map((seed) => kFold({ ...regression(), folds, seed, epochs: 1 }));
    const [first, second] = [await a!, await b!];
    expect(second.folds.map(({ validation }) => validation)).toEqual(
      first.folds.map(({ validation }) => validation),
    );
    expect(second.folds.map(({ seed }) => seed)).toEqual([8, 8 + 2 ** 32]);
    expect(second.metrics.loss.mean).not.toBe(first.metrics.loss.mean);
    const plain = await kFold({ ...regression(), folds: 2, seed: 3, epochs: 1 });
    expect(plain.folds.map(({ validation }) => validation)).toEqual(
      first.folds.map(({ validation }) => validation),
    );
  });

  it("has values made for it by factories", async () => {
    const seen: FoldInfo[] = [];
    const started: number[] = [];
    await kFold({
      ...regression(),
      epochs: 1,
      model: (info) => {
        seen.push(info);
        return sequential([dense(info.inputs + info.fold), dense(info.outputs)]);
      },
      optimizer: ({ fold }) => momentum({ learningRate: 0.01 * (fold + 1) }),
      callbacks: ({ fold }): Callback[] => [{ start: () => void started.push(fold) }],
    });
    const common = { folds: 4, inputs: 2, outputs: 1, member: 0, members: 1 };
    expect(seen).toEqual(
      [0, 1, 2, 3].map((fold) => ({ ...common, fold, seed: 7 + fold * 2 ** 32 })),
    );
    expect(started).toEqual([0, 1, 2, 3]);
  });
});

describe("the result", () => {
  it("sums figures up over folds", async () => {
    const { metrics, folds, best } = await kFold(regression());
    const figures = folds.map((fold) => fold.metrics["r2"]!);
    const { mean, standardDeviation, interval, ...r2Figure } = metrics["r2"]!;
    expect(r2Figure).toEqual({
      best: Math.max(...figures),
      worst: Math.min(...figures),
      folds: figures,
    });
    expect(mean).toBeCloseTo(figures.reduce((a, b) => a + b) / 4, 12);
    const squares = figures.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(squares / 3), 12);
    // The quantile of Student's t for 3 degrees of freedom.
    const reach = (3.182446305284263 * standardDeviation) / 2;
    expect(interval[0]).toBeCloseTo(mean - reach, 9);
    expect(interval[1]).toBeCloseTo(mean + reach, 9);
    expect(metrics.loss.best).toBe(Math.min(...metrics.loss.folds));
    expect(best.metrics.loss).toBe(metrics.loss.best);
  });

  it("finds the best fold by the figure that is monitored", async () => {
    const { best, metrics } = await kFold({ ...regression(), monitor: "validation/r2" });
    expect(best.metrics["r2"]).toBe(metrics["r2"]!.best);
    expect(metrics["r2"]!.best).toBe(Math.max(...metrics["r2"]!.folds));
  });

  it("joins the predictions of all rows, each by the fold that did not see it", async () => {
    const { outOfFold, folds } = await kFold(regression());
    const { inputs, targets } = curve(41);
    expect(outOfFold.counts).toEqual(new Int32Array(41).fill(1));
    expect(outOfFold.predictions).toMatchObject({ shape: [41, 1], dtype: "f64" });
    for (const { validation, predict } of folds)
      for (const row of validation) {
        const [alone] = await predict([inputs[row]!]).read();
        expect(outOfFold.predictions.data[row]).toBeCloseTo(alone!, 6);
      }
    const errors = targets.map(
      ([target], row) => (target! - outOfFold.predictions.data[row]!) ** 2,
    );
    expect(outOfFold.metrics!.loss).toBeCloseTo(errors.reduce((a, b) => a + b) / 41, 6);
    const mean = targets.reduce((sum, [target]) => sum + target!, 0) / 41;
    const total = targets.reduce((sum, [target]) => sum + (target! - mean) ** 2, 0);
    expect(outOfFold.metrics!["r2"]).toBeCloseTo(1 - errors.reduce((a, b) => a + b) / total, 6);
  });

  it("has figures of all rows together where those of a fold are not defined", async () => {
    const { metrics, outOfFold, folds } = await kFold({
      ...regression(12),
      folds: leaveOneOut(),
      epochs: 2,
    });
    expect(folds.length).toBe(12);
    expect(metrics["r2"]!.mean).toBeNaN();
    expect(metrics["r2"]!.interval).toEqual([Number.NaN, Number.NaN]);
    expect(metrics.loss.mean).toBeCloseTo(outOfFold.metrics!.loss, 6);
    expect(outOfFold.metrics!["r2"]).toBeLessThan(1);
  });

  it("averages the predictions of rows that several folds were judged on", async () => {
    const { outOfFold, folds } = await kFold({
      ...regression(21),
      folds: repeated(kFolds({ folds: 3 }), 2),
      epochs: 2,
    });
    const { inputs } = curve(21);
    expect(folds.length).toBe(6);
    expect(outOfFold.counts).toEqual(new Int32Array(21).fill(2));
    const judges = folds.filter(({ validation }) => validation.includes(5));
    const answers = await Promise.all(judges.map(({ predict }) => predict([inputs[5]!]).read()));
    expect(outOfFold.predictions.data[5]).toBeCloseTo((answers[0]![0]! + answers[1]![0]!) / 2, 6);
  });

  it("takes no prediction from a fold that was trained on the row, where folds overlap", async () => {
    const range = (from: number, to: number) =>
      Int32Array.from({ length: to - from }, (_, i) => from + i);
    const splits: Split[] = [
      { train: range(0, 12), validation: range(12, 24) },
      { train: range(10, 24), validation: Int32Array.of(9, 1, 2) },
      // Some rows on neither side, and some to train on several times.
      { train: Int32Array.of(3, 3, 4, 5, 5, 20), validation: range(9, 14) },
    ];
    const folds: Splitter = { kind: "@test/folds#own", config: {}, split: () => splits };
    const result = await kFold({ ...regression(24), folds, epochs: 2 });
    const { inputs } = curve(24);
    const answers = await Promise.all(result.folds.map(({ predict }) => predict(inputs).read()));
    for (let row = 0; row < 24; row++) {
      const judges = splits.flatMap(({ train, validation }, fold) =>
        validation.includes(row) && !train.includes(row) ? [answers[fold]![row]!] : [],
      );
      expect(result.outOfFold.counts[row]).toBe(judges.length);
      const mean = judges.reduce((a, b) => a + b, 0) / judges.length;
      const joined = result.outOfFold.predictions.data[row]!;
      if (judges.length === 0) expect(joined).toBeNaN();
      else expect(joined).toBeCloseTo(mean, 6);
    }
    expect([...result.outOfFold.counts].join("")).toBe("011000000211221111111111");
  });

  it("has the predictions of each fold for the rows that it held back, in their order", async () => {
    const { inputs } = curve(24);
    const folds = repeated(kFolds({ folds: 2 }), 2);
    for (const members of [1, 2]) {
      const result = await kFold({ ...regression(24), folds, members, epochs: 2 });
      for (const { predictions, predict, validation } of result.folds) {
        const rows = Array.from(validation, (row) => inputs[row]!);
        expect(predictions).toEqual({
          shape: [12, 1],
          dtype: "f32",
          data: await predict(rows).read(),
        });
      }
    }
  });

  it("takes row numbers in plain arrays", async () => {
    const split = () => [{ train: [0, 1, 2, 3], validation: [5, 4] }];
    const folds = { kind: "@test/folds#plain", config: {}, split } as unknown as Splitter;
    const result = await kFold({ ...regression(6), folds, epochs: 1 });
    expect(result.best.train).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(result.best.validation).toEqual(Int32Array.of(5, 4));
  });

  it("has NaN for rows that no fold was judged on, and leaves them out of figures", async () => {
    const { outOfFold } = await kFold({
      ...regression(24),
      folds: timeSeries({ folds: 3 }),
      epochs: 2,
    });
    const judged = Array.from({ length: 24 }, (_, row) => Number(row >= 6));
    expect(Array.from(outOfFold.counts)).toEqual(judged);
    expect(Array.from(outOfFold.predictions.data, (value) => Number(!Number.isNaN(value)))).toEqual(
      judged,
    );
    expect(outOfFold.metrics!.loss).toBeGreaterThan(0);
  });

  it("makes models with many forms of inputs and outputs", async () => {
    const { inputs, targets } = curve(20);
    type Inputs = { readonly a: Tensor; readonly b: Tensor };
    type Heads = { readonly first: Tensor; readonly rest: { readonly second: Tensor } };
    const twice: Layer<Inputs, Heads> = {
      kind: "@test/layers#twice",
      config: {},
      apply: (scope, { a, b }) => ({
        first: scope.apply("a", dense(1), a),
        rest: { second: scope.apply("b", dense(1), b) },
      }),
    };
    const first: Loss<Heads, Heads> = {
      kind: "@test/losses#first",
      config: {},
      values: (prediction, target) => mse().values(prediction.first, target.first),
    };
    const { outOfFold, ensemble } = await kFold({
      backend: js(),
      optimizer: sgd(),
      epochs: 1,
      model: twice,
      loss: first,
      data: {
        inputs: { a: inputs, b: inputs },
        targets: { first: targets, rest: { second: targets } },
      },
    });
    expect(outOfFold.predictions.rest.second.shape).toEqual([20, 1]);
    expect(ensemble.predict({ a: inputs, b: inputs }).rest.second.shape).toEqual([20, 1]);
  });
});

describe("classification", () => {
  const next = randomNumbers(3);
  const inputs = Array.from({ length: 60 }, () => [next() * 2 - 1, next() * 2 - 1]);
  const labels = inputs.map(([a, b]) => (a! * b! > 0 ? 1 : a! > 0.6 ? 2 : 0));
  const options = {
    ...regression(),
    folds: stratified({ labels, folds: 3 }),
    data: { inputs, targets: Int32Array.from(labels) },
    loss: crossEntropy(),
    metrics: [accuracy()],
    optimizer: momentum({ learningRate: 0.2 }),
    epochs: 30,
    model: sequential([dense(8, { activation: tanh() }), dense(3)]),
  };

  it("averages logits in the ensemble, or probabilities where that is asked for", async () => {
    const plain = await kFold(options);
    expect(plain.metrics["accuracy"]!.mean).toBeGreaterThan(0.6);
    expect(plain.outOfFold.predictions.shape).toEqual([60, 3]);
    const some = inputs.slice(0, 5);
    const logits = await Promise.all(plain.folds.map((fold) => fold.predict(some).read()));
    const meanOf = (lists: ArrayLike<number>[], i: number) =>
      lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length;
    (await plain.ensemble.predict(some).read()).forEach((value, i) =>
      expect(value).toBeCloseTo(meanOf(logits, i), 5),
    );
    const averaged = await kFold({ ...options, average: softmax() });
    const probabilities = logits.map((list) =>
      Array.from(list, (value, i) => {
        const row = Array.from(list.slice(i - (i % 3), i - (i % 3) + 3), Math.exp);
        return Math.exp(value) / row.reduce((a, b) => a + b);
      }),
    );
    (await averaged.ensemble.predict(some).read()).forEach((value, i) =>
      expect(value).toBeCloseTo(meanOf(probabilities, i), 5),
    );
  });
});

describe("observers and signals", () => {
  it("tells observers of folds what happens, and no more", async () => {
    const told: Json[] = [];
    await kFold({
      ...regression(),
      folds: 2,
      epochs: 2,
      observe: (fold, folds) => ({
        start: (run) => void told.push(["start", fold, folds, run as unknown as Json]),
        epoch: (report) => {
          told.push(["epoch", fold, report.epoch, Object.keys(report).sort()]);
          return "stop";
        },
        end: (ended) => void told.push(["end", fold, ended]),
      }),
    });
    const fields = ["best", "epoch", "loss", "metrics", "probes", "rate", "step"];
    const monitor = { name: "validation/loss", better: "lower" };
    expect(told).toEqual(
      [0, 1].flatMap((fold) => [
        ["start", fold, 2, { epochs: 2, stepsPerEpoch: 3, rows: 20 + fold, step: 0, monitor }],
        ["epoch", fold, 1, fields],
        ["epoch", fold, 2, fields],
        ["end", fold, "epochs"],
      ]),
    );
  });

  it("ends at the signal with the folds that finished", async () => {
    const controller = new AbortController();
    const result = await kFold({
      ...regression(),
      signal: controller.signal,
      observe: (fold) => ({
        epoch: ({ epoch }) => fold === 2 && epoch === 3 && controller.abort(),
      }),
    });
    expect(result.ended).toBe("signal");
    expect(result.folds.map(({ fold }) => fold)).toEqual([0, 1]);
    expect(result.metrics["r2"]!.folds.length).toBe(2);
    const held = result.folds.flatMap(({ validation }) => [...validation]);
    expect(result.outOfFold.counts.reduce((a, b) => a + b)).toBe(held.length);
    expect(await result.ensemble.predict([[0, 0]]).read()).toHaveLength(1);
  });

  it("throws the signal's reason where no fold has finished", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(kFold({ ...regression(), signal })).rejects.toThrow("enough");
  });

  it("ends all folds when one fails, and names it", async () => {
    const told: number[] = [];
    const failing = kFold({
      ...regression(),
      observe: (fold) => ({
        start: () => {
          told.push(fold);
          if (fold === 1) throw new Error("the disk is full");
        },
      }),
    });
    await expect(failing).rejects.toMatchObject({
      name: "FoldError",
      fold: 1,
      message: "fold 1: the disk is full",
      cause: { message: "the disk is full" },
      result: { ended: "error", folds: [{ fold: 0 }] },
    });
    expect(told).toEqual([0, 1]);
  });
});

it("counts weights in figures", async () => {
  const data = curve(20);
  const weights = Float32Array.from({ length: 20 }, (_, row) => Number(row % 2 === 0));
  const options = { ...regression(20), folds: 2, epochs: 2, metrics: [] };
  const { folds } = await kFold({ ...options, data: { ...data, weights } });
  for (const { validation, predict, metrics } of folds) {
    const rows = validation.filter((row) => row % 2 === 0);
    const outputs = await predict(takeRows(data.inputs, rows)).read();
    const squares = Array.from(outputs, (value, i) => (value - data.targets[rows[i]!]![0]!) ** 2);
    expect(metrics.loss).toBeCloseTo(squares.reduce((a, b) => a + b) / rows.length, 6);
  }
});

it("computes in f64 where that is asked for", async () => {
  const { folds, outOfFold } = await kFold({
    ...regression(),
    metrics: [r2()],
    dtype: "f64",
    epochs: 2,
  });
  expect(folds[0]!.parameters["0/weights"]!.dtype).toBe("f64");
  expect(outOfFold.predictions.data[0]).not.toBe(Math.fround(outOfFold.predictions.data[0]!));
});
