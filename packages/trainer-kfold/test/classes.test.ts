import { js } from "@nn/backend-js";
import { corePlugins, sequential, type Table, type Tensor } from "@nn/core";
import { dense, plugins as layers, softmax, tanh } from "@nn/layers-dense";
import { crossEntropy, mse } from "@nn/losses";
import { accuracy } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import { evaluate, openModel, storeModel } from "@nn/trainer";
import {
  type FoldModel,
  kFold,
  kFolds,
  type KFoldOptions,
  plugins,
  predictTable,
  tableOf,
} from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { both, levels, plugins as levelPlugins } from "./levels.ts";
import { plugins as standardPlugins, standardize } from "./standardize.ts";
import { randomNumbers } from "./support.ts";

const next = randomNumbers(17);
const rows = 45;
const x = Array.from({ length: rows }, () => next() * 10);
const y = Array.from({ length: rows }, () => next() * 4);
const place = x.map((value, row) => (value > 6 ? 2 : value + y[row]! > 5 ? 1 : 0));
const tableWith = (names: readonly unknown[]): Table =>
  tableOf({ x, y, kind: place.map((at) => names[at]) });
const animals = tableWith(["cat", "dog", "hen"]);
/** Rows without a class, close to each other. */
const grid = tableOf({
  x: Array.from({ length: 1600 }, (_, i) => (i % 40) / 4),
  y: Array.from({ length: 1600 }, (_, i) => Math.floor(i / 40) / 10),
});

const options: KFoldOptions<Tensor, Tensor, Tensor> = {
  backend: js(),
  folds: kFolds({ folds: 3 }),
  data: animals,
  target: ["kind_cat", "kind_dog", "kind_hen"],
  pipeline: both(levels("kind", "columns"), standardize(["x", "y"])),
  model: sequential([dense(6, { activation: tanh() }), dense(3)]),
  loss: crossEntropy(),
  metrics: [accuracy()],
  optimizer: momentum({ learningRate: 0.1 }),
  epochs: 12,
  batchSize: 8,
  seed: 7,
  average: softmax(),
};
const allPlugins = [...corePlugins, ...layers, ...plugins, ...levelPlugins, ...standardPlugins];

/** The columns of a table side by side, row by row. */
const matrix = (table: Table, names: readonly string[]): number[][] =>
  Array.from({ length: table.numRows() }, (_, row) =>
    names.map((name) => table.array(name)[row] as number),
  );
const softmaxOf = (logits: readonly number[]): number[] => {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
};
/** What one model gives for each class, row by row. */
const logitsOf = async (own: FoldModel<Tensor, Tensor>, table: Table): Promise<number[][]> => {
  const inputs = matrix(own.pipeline!.transform(table), own.columns!.inputs);
  const logits = Array.from<number>(await own.predict(inputs).read());
  return inputs.map((_, row) => logits.slice(row * 3, row * 3 + 3));
};
/** The class with the greatest sum over models, row by row. */
const chosen = (each: readonly (readonly number[][])[]): string[] =>
  each[0]!.map((_, row) => {
    const sums = [0, 1, 2].map((at) => each.reduce((sum, own) => sum + own[row]![at]!, 0));
    return ["cat", "dog", "hen"][sums.indexOf(Math.max(...sums))]!;
  });

describe("the ensemble of folds that predict classes in one-hot columns", () => {
  it("predicts the class with the greatest mean probability, as it is called", async () => {
    for (const members of [1, 2]) {
      const { folds, ensemble, units } = await kFold({ ...options, members });
      expect(units).toBe("transformed");
      const models = members === 1 ? folds : folds.flatMap((fold) => fold.members);
      const logits = await Promise.all(models.map((own) => logitsOf(own, grid)));
      const expected = chosen(logits.map((own) => own.map(softmaxOf)));
      const predicted = await ensemble.predictTable(grid);
      expect(predicted.columnNames()).toEqual(["kind"]);
      expect(Array.from(predicted.array("kind"))).toEqual(expected);
      // It is neither what one of the folds predicts, nor the class with the greatest mean logit.
      expect(chosen(logits)).not.toEqual(expected);
      for (const fold of folds)
        expect(Array.from((await fold.predictTable(grid)).array("kind"))).not.toEqual(expected);
    }
  });

  it("has a pipeline that makes what it is judged by, of tables that have it", async () => {
    const { ensemble } = await kFold(options);
    const { inputs, outputs } = ensemble.columns!;
    expect(outputs).toEqual(["kind_cat", "kind_dog", "kind_hen"]);
    const prepared = ensemble.pipeline!.transform(animals);
    expect(matrix(prepared, outputs)).toEqual(
      place.map((at) => [0, 1, 2].map((own) => +(own === at))),
    );
    const data = { inputs: matrix(prepared, inputs), targets: matrix(prepared, outputs) };
    const figures = await evaluate(ensemble.model, ensemble, data, {
      loss: crossEntropy({ from: "probabilities" }),
      metrics: [accuracy()],
      backend: options.backend,
    });
    const labels = (await ensemble.predictTable(animals)).array("kind");
    const right = place.filter((at, row) => labels[row] === ["cat", "dog", "hen"][at]).length;
    expect(figures.metrics["accuracy"]).toBeCloseTo(right / rows, 6);
    expect(right / rows).toBeGreaterThan(0.8);
    const fresh = ensemble.pipeline!.transform(tableOf({ x, y }));
    expect(fresh.columnNames()).toEqual(inputs);
  });

  it("predicts the same when it was stored and opened", async () => {
    const { ensemble } = await kFold({ ...options, members: 2, epochs: 4 });
    const { tensors, metadata } = await storeModel(ensemble);
    const opened = openModel(
      { tensors, metadata: JSON.parse(JSON.stringify(metadata)) },
      { plugins: allPlugins, backend: js() },
    );
    expect((await predictTable(opened, animals)).array("kind")).toEqual(
      (await ensemble.predictTable(animals)).array("kind"),
    );
    expect(opened.pipeline!.transform(animals).columnNames()).toContain("kind_dog");
  });
});

describe("classes that are numbers", () => {
  it("come to the same as others, and are not taken for what the loss is of", async () => {
    const text = await kFold(options);
    const numbers = await kFold({
      ...options,
      data: tableWith([3, 5, 8]),
      target: ["kind_3", "kind_5", "kind_8"],
    });
    expect(numbers.units).toBe("transformed");
    expect(numbers.metrics).toEqual(text.metrics);
    expect(numbers.outOfFold).toEqual(text.outOfFold);
    const names: { readonly [level: number]: string } = { 3: "cat", 5: "dog", 8: "hen" };
    const [labels, expected] = await Promise.all(
      [numbers, text].map(async ({ ensemble }) => {
        const predicted = await ensemble.predictTable(animals);
        return Array.from(predicted.array("kind") as ArrayLike<number>);
      }),
    );
    expect(labels!.map((level) => names[level])).toEqual(expected);
  });
});

describe("pipelines that may not agree", () => {
  const coded: KFoldOptions<Tensor, Tensor, Tensor> = {
    ...options,
    target: "kind",
    pipeline: both(levels("kind", "codes"), standardize(["x", "y"])),
    model: sequential([dense(4, { activation: tanh() }), dense(1)]),
    loss: mse(),
    metrics: [],
  };
  const { average: _, ...codes } = coded;

  it("do where classes have the same codes, and then the mean reverts", async () => {
    const { ensemble, folds } = await kFold(codes);
    const outputs = await Promise.all(
      folds.map(async (own) =>
        own.predict(matrix(own.pipeline!.transform(animals), ["x", "y"])).read(),
      ),
    );
    const labels = (await ensemble.predictTable(animals)).array("kind");
    for (let row = 0; row < rows; row++) {
      const mean = outputs.reduce((sum, own) => sum + own[row]!, 0) / 3;
      expect(labels[row]).toBe(["cat", "dog", "hen"][Math.round(mean)] ?? null);
    }
    expect(Array.from(ensemble.pipeline!.transform(animals).array("kind"))).toEqual(place);
  });

  it("do not where a class is missing from what one was fitted on: its codes are others", async () => {
    // The first fold, and no other, holds back all rows of the first class.
    const folds = {
      kind: "@test/folds#own",
      config: {},
      split: () =>
        [place.map((at) => at === 0), place.map((at, row) => at !== 0 && row % 2 === 0)].map(
          (isHeld) => {
            const numbers = Int32Array.from(isHeld.keys());
            return {
              train: numbers.filter((row) => !isHeld[row]),
              validation: numbers.filter((row) => isHeld[row]),
            };
          },
        ),
    };
    const { ensemble } = await kFold({ ...codes, folds });
    expect(ensemble.pipeline!.revert).toBeUndefined();
    expect(ensemble.pipeline!.transform(animals).columnNames()).toEqual(ensemble.columns!.inputs);
    const predicted = (await ensemble.predictTable(animals)).array("kind");
    expect(Array.from(predicted).every((value) => typeof value === "number")).toBe(true);
  });

  it("do not where one of the targets has a scale of each fold, and leave that out alone", async () => {
    const price = x.map((value, row) => 40 * value + 9 * y[row]!);
    const data = tableOf({ x, y, price, kind: animals.array("kind") });
    const { ensemble, units } = await kFold({
      ...codes,
      data,
      target: ["kind_cat", "kind_dog", "kind_hen", "price"],
      pipeline: both(levels("kind", "columns"), standardize(["x", "price"])),
      model: sequential([dense(4)]),
    });
    expect(units).toBe("transformed");
    expect(ensemble.pipeline!.revert).toBeUndefined();
    expect(ensemble.pipeline!.transform(data).columnNames()).toEqual([
      ...ensemble.columns!.inputs,
      "kind_cat",
      "kind_dog",
      "kind_hen",
    ]);
    const predicted = await ensemble.predictTable(data);
    expect(predicted.columnNames()).toEqual(ensemble.columns!.outputs);
  });
});
