import {
  corePlugins,
  decode,
  encode,
  type FittedTransform,
  type Json,
  type Layer,
  type Table,
  type Transform,
} from "@nn/core";
import { js } from "@nn/backend-js";
import { dense, plugins as layers, sigmoid, softmax, tanh } from "@nn/layers-dense";
import { binaryCrossEntropy, crossEntropy, mae, mse } from "@nn/losses";
import { accuracy, r2 } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import { type DataSet, predict, type ShapedArray } from "@nn/trainer";
import { grouped, kFold, kFolds, plugins, repeated, tableOf } from "@nn/trainer-kfold";
import { sequential } from "@nn/core";
import { describe, expect, it } from "vitest";
import { plugins as testPlugins, standardize } from "./standardize.ts";
import { randomNumbers } from "./support.ts";

const next = randomNumbers(11);
const rows = 48;
const area = Array.from({ length: rows }, () => 40 + next() * 160);
const rooms = area.map((value) => Math.round(value / 30 + next() * 2));
const price = area.map((value, i) => 50_000 + 3000 * value + 8000 * rooms[i]! + 20_000 * next());
const street = area.map((_, i) => `street ${i % 7}`);
const houses = tableOf({ area, price, rooms });

const options = {
  backend: js(),
  folds: kFolds({ folds: 4 }),
  data: houses,
  target: "price",
  pipeline: standardize(["area", "rooms", "price"]),
  model: ({ inputs }: { inputs: number }) =>
    sequential([dense(inputs + 2, { activation: tanh() }), dense(1)]),
  loss: mse(),
  metrics: [r2()],
  optimizer: momentum({ learningRate: 0.05 }),
  epochs: 60,
  batchSize: 8,
  seed: 7,
};

/** Leaves a table as it is, but for the rows to train on. */
function raw(rows: Int32Array): Transform {
  const fitted: FittedTransform = { kind: "@test/tables#raw", config: {}, transform: (all) => all };
  return {
    kind: "@test/tables#rows",
    config: {},
    fit: () => fitted,
    fitTransform: (table) => ({
      fitted,
      rows,
      table: tableOf(
        Object.fromEntries(
          table
            .columnNames()
            .map((name) => [name, Array.from(rows, (row) => table.array(name)[row])]),
        ),
      ),
    }),
  };
}

describe("a pipeline", () => {
  it("is fitted on the training rows of each fold and no others", async () => {
    const seen: unknown[] = [];
    const pipeline = standardize(["area", "rooms", "price"], (table) =>
      seen.push(Array.from(table.array("price"))),
    );
    const { folds } = await kFold({ ...options, pipeline, epochs: 1 });
    expect(seen).toEqual(folds.map(({ train }) => Array.from(train, (row) => price[row]!)));
  });

  it("may leave rows out of those to train on, and errors still call rows by their numbers", async () => {
    const shapes: unknown[] = [];
    const lint = ({ inputs }: DataSet) => shapes.push((inputs as ShapedArray).shape);
    const pipeline = raw(Int32Array.of(9, 2, 3, 4));
    const result = await kFold({ ...options, pipeline, epochs: 1, lint });
    expect(shapes.slice(0, 2)).toEqual([
      [4, 2],
      [12, 2],
    ]);
    expect(result.folds[0]!.train.length).toBe(36);
    const gap = { ...options, data: tableOf({ area: area.with(14, Number.NaN), price, rooms }) };
    const first = kFolds({ folds: 4, shuffle: false });
    await expect(kFold({ ...gap, folds: first, pipeline: raw(Int32Array.of(2)) })).rejects.toThrow(
      "column 'area' has NaN in row 14",
    );
  });

  it("is looked at, in what it makes, by a function", async () => {
    const seen: unknown[] = [];
    const lint = ({ inputs }: DataSet, name: string) =>
      seen.push([name, (inputs as ShapedArray).shape]);
    await kFold({ ...options, folds: 2, epochs: 1, lint });
    const fold = [
      ["data", [24, 2]],
      ["validation", [24, 2]],
    ];
    expect(seen).toEqual([...fold, ...fold]);
  });

  it("takes predictions and figures back to original units", async () => {
    const { folds, metrics, transformedMetrics, outOfFold, units } = await kFold(options);
    expect(units).toBe("original");
    expect(metrics["r2"]!.mean).toBeGreaterThan(0.9);
    for (const fold of folds) {
      const truth = Array.from(fold.validation, (row) => price[row]!);
      const predicted = Array.from(fold.validation, (row) => outOfFold.columns!["price"]![row]!);
      const squares = truth.map((value, i) => (value - predicted[i]!) ** 2);
      const loss = squares.reduce((a, b) => a + b) / truth.length;
      expect(fold.metrics.loss / loss).toBeCloseTo(1, 6);
      // The scale of a fold is that of its training rows.
      const trained = Array.from(fold.train, (row) => price[row]!);
      const mean = trained.reduce((a, b) => a + b) / trained.length;
      const variance =
        trained.reduce((sum, value) => sum + (value - mean) ** 2, 0) / trained.length;
      expect(fold.transformedMetrics.loss / (loss / variance)).toBeCloseTo(1, 4);
      expect(fold.metrics["r2"]).toBeCloseTo(fold.transformedMetrics["r2"]!, 4);
      expect(fold.history["validation/loss"]!.at(-1)).toBeCloseTo(fold.transformedMetrics.loss, 5);
    }
    expect(transformedMetrics.loss.mean).toBeLessThan(1);
    const total = price.reduce(
      (sum, value, row) => sum + (value - outOfFold.columns!["price"]![row]!) ** 2,
      0,
    );
    expect(outOfFold.metrics!.loss / (total / rows)).toBeCloseTo(1, 6);
  });

  it("comes with each model, which predicts raw rows", async () => {
    const { folds, outOfFold, best, metrics } = await kFold(options);
    expect(best.metrics.loss).toBe(metrics.loss.best);
    for (const fold of folds) {
      expect(fold.columns).toEqual({ inputs: ["area", "rooms"], outputs: ["price"] });
      const predicted = (await fold.predictTable(houses)).array("price") as Float64Array;
      for (const row of fold.validation)
        expect(predicted[row]! / outOfFold.columns!["price"]![row]!).toBeCloseTo(1, 5);
    }
  });

  it("predicts with the mean of all folds in original units, also when made again from JSON", async () => {
    const { folds, ensemble } = await kFold(options);
    const fresh = tableOf({ rooms: [3, 5], area: [80, 130] });
    const answers = await Promise.all(folds.map((fold) => fold.predictTable(fresh)));
    const joined = (await ensemble.predictTable(fresh)).array("price") as Float64Array;
    for (const row of [0, 1]) {
      const mean =
        answers.reduce((sum, table) => sum + (table.array("price")[row] as number), 0) / 4;
      expect(joined[row]! / mean).toBeCloseTo(1, 12);
    }
    const known = [...corePlugins, ...layers, ...plugins, ...testPlugins];
    const again = <T>(value: Parameters<typeof encode>[0]) =>
      decode(JSON.parse(JSON.stringify(encode(value))) as Json, known) as unknown as T;
    const pipeline = again<FittedTransform>(ensemble.pipeline!);
    const model = again<Layer>(ensemble.model);
    const prepared = pipeline.transform(fresh);
    const inputs = [0, 1].map((row) =>
      ensemble.columns!.inputs.map((name) => prepared.array(name)[row] as number),
    );
    const data = await predict(model, ensemble, inputs).read();
    const columns = ensemble.columns!.outputs.map((name, at) => [name, [data[at]!, data[4 + at]!]]);
    const reverted = pipeline.revert!(tableOf(Object.fromEntries(columns)));
    expect([...(reverted.array("price") as Float64Array)]).toEqual([...joined]);
  });

  it("may be unable to revert, and then figures are transformed ones", async () => {
    const { pipeline } = options;
    const oneWay = {
      ...pipeline,
      fit: (table: Table) => {
        const { revert: _, ...rest } = pipeline.fit(table);
        return rest;
      },
    };
    const { units, metrics, transformedMetrics, outOfFold, ensemble } = await kFold({
      ...options,
      pipeline: oneWay,
      epochs: 3,
    });
    expect(units).toBe("transformed");
    expect(metrics).toEqual(transformedMetrics);
    expect(outOfFold.columns).toBeUndefined();
    expect(outOfFold.metrics).toBeUndefined();
    expect((await ensemble.predictTable(houses)).numRows()).toBe(rows);
  });

  it("may have other outputs than target columns, as for classes, whose probabilities are averaged", async () => {
    const data = tableOf({ area, rooms, isDear: price.map((value) => Number(value > 400_000)) });
    const { units, folds, ensemble, outOfFold, metrics } = await kFold({
      ...options,
      data,
      target: "isDear",
      pipeline: standardize(["area", "rooms"]),
      model: ({ inputs }: { inputs: number }) => sequential([dense(inputs), dense(2)]),
      loss: crossEntropy(),
      metrics: [accuracy()],
      average: softmax(),
    });
    expect(units).toBe("transformed");
    expect(metrics["accuracy"]!.mean).toBeGreaterThan(0.8);
    expect(outOfFold.predictions.shape).toEqual([rows, 2]);
    const matrix = (table: Table) =>
      [0, 1].map((row) => ["area", "rooms"].map((name) => table.array(name)[row] as number));
    const answers = await Promise.all(
      folds.map(async ({ pipeline, predict: answer }) => {
        const logits = await answer(matrix(pipeline!.transform(data))).read();
        return [0, 2].map((at) => 1 / (1 + Math.exp(logits[at]! - logits[at + 1]!)));
      }),
    );
    const prepared = ensemble.pipeline!.transform(data);
    const inputs = [0, 1].map((row) =>
      ensemble.columns!.inputs.map((name) => prepared.array(name)[row] as number),
    );
    const joined = await ensemble.predict(inputs).read();
    for (const row of [0, 1]) {
      const mean = answers.reduce((sum, answer) => sum + answer[row]!, 0) / 4;
      expect(joined[row * 2 + 1]).toBeCloseTo(mean, 5);
    }
    expect(ensemble.pipeline!.revert).toBeUndefined();
    await expect(ensemble.predictTable(data)).rejects.toThrow(
      /gives 2 numbers for the columns isDear; use predict/,
    );
  });

  it("that reverts leaves it at what is averaged, as probabilities are", async () => {
    const { folds, ensemble, units } = await kFold({
      ...options,
      data: tableOf({ area, rooms, isDear: price.map((value) => Number(value > 400_000)) }),
      target: "isDear",
      pipeline: standardize(["area", "rooms"]),
      loss: binaryCrossEntropy(),
      metrics: [],
      average: sigmoid(),
      epochs: 5,
    });
    expect(units).toBe("original");
    const fresh = tableOf({ rooms: [3, 5], area: [80, 130] });
    const logits = await Promise.all(folds.map((fold) => fold.predictTable(fresh)));
    const joined = (await ensemble.predictTable(fresh)).array("isDear") as Float64Array;
    for (const row of [0, 1]) {
      const each = logits.map((table) => 1 / (1 + Math.exp(-Number(table.array("isDear")[row]))));
      expect(joined[row]).toBeCloseTo(each.reduce((a, b) => a + b) / 4, 6);
    }
  });

  it("averages original units over repetitions", async () => {
    const { folds, outOfFold } = await kFold({
      ...options,
      folds: repeated(kFolds({ folds: 3 }), 2),
      epochs: 2,
    });
    const judges = folds.filter(({ validation }) => validation.includes(9));
    const answers = await Promise.all(judges.map((fold) => fold.predictTable(houses)));
    const mean = answers.reduce((sum, table) => sum + (table.array("price")[9] as number), 0) / 2;
    expect(outOfFold.columns!["price"]![9]! / mean).toBeCloseTo(1, 6);
  });

  it("may predict several columns, in the order of their names", async () => {
    const { folds, outOfFold, metrics } = await kFold({
      ...options,
      target: ["rooms", "price"],
      model: sequential([dense(2)]),
      loss: mae(),
    });
    expect(folds[0]!.columns).toEqual({ inputs: ["area"], outputs: ["rooms", "price"] });
    const errors = price.map((value, row) => {
      const { price: money, rooms: count } = outOfFold.columns!;
      return (Math.abs(value - money![row]!) + Math.abs(rooms[row]! - count![row]!)) / 2;
    });
    expect(outOfFold.metrics!.loss / (errors.reduce((a, b) => a + b) / errors.length)).toBeCloseTo(
      1,
      6,
    );
    expect(metrics.loss.folds).toHaveLength(4);
  });
});

describe("a table without a pipeline", () => {
  const plain = tableOf({
    area: area.map((value) => value / 100),
    isBig: area.map((value) => value > 100),
    price: price.map((value) => value / 1e6),
  });
  const { pipeline: _, ...rest } = options;

  it("gives the folds of the same numbers in arrays", async () => {
    const { outOfFold, folds, metrics, units, ensemble } = await kFold({
      ...rest,
      data: plain,
      epochs: 5,
    });
    const inputs = area.map((value) => [value / 100, Number(value > 100)]);
    const targets = price.map((value) => [value / 1e6]);
    const { target: _target, ...shared } = rest;
    const arrays = await kFold({ ...shared, data: { inputs, targets }, epochs: 5 });
    expect(metrics).toEqual(arrays.metrics);
    expect(outOfFold.predictions).toEqual(arrays.outOfFold.predictions);
    expect(outOfFold.metrics).toEqual(arrays.outOfFold.metrics);
    expect([...outOfFold.columns!["price"]!]).toEqual([...outOfFold.predictions.data]);
    expect(units).toBe("original");
    expect(folds[0]!.pipeline).toBeUndefined();
    const means = await ensemble.predict(inputs).read();
    expect([...((await ensemble.predictTable(plain)).array("price") as Float64Array)]).toEqual([
      ...means,
    ]);
    await expect(arrays.best.predictTable(plain)).rejects.toThrow(
      /not trained on a table; use predict/,
    );
  });

  it("names a column that has something else than numbers", async () => {
    const data = tableOf({ area, street, price });
    await expect(kFold({ ...rest, data })).rejects.toThrow(
      /column 'street' has "street 0" in row 0, which is no number; turn it into numbers, or drop it/,
    );
  });

  it("divides rows by a column", async () => {
    const data = tableOf({ area, street, price });
    const drop = {
      kind: "@test/tables#drop",
      config: {},
      fit: () => ({
        kind: "@test/tables#dropped",
        config: {},
        transform: (table: Table) =>
          tableOf({ area: table.array("area"), price: table.array("price") }),
      }),
    };
    const { folds } = await kFold({
      ...rest,
      data,
      pipeline: drop,
      folds: grouped({ groups: "street", folds: 3 }),
      epochs: 1,
    });
    for (const { train, validation } of folds) {
      const trained = new Set(Array.from(train, (row) => street[row]));
      expect(Array.from(validation, (row) => trained.has(street[row]))).not.toContain(true);
    }
  });
});

it("refuses pipelines and targets that do not fit the table", async () => {
  const refuse = (changes: object, message: RegExp) =>
    expect(kFold({ ...options, epochs: 1, ...changes })).rejects.toThrow(message);
  await refuse({ target: undefined }, /target must name the columns/);
  await refuse(
    { target: "cost" },
    /no column 'cost' to predict after the pipeline; there are area, price, rooms/,
  );
  await refuse({ target: ["area", "price", "rooms"] }, /all columns are targets/);
  await refuse({ target: ["price", "price"] }, /target 'price' is named twice/);
  await refuse({ pipeline: {} }, /pipeline must be a transform with a fit/);
  await refuse(
    { data: { inputs: [[1], [2]], targets: [[1], [2]] } },
    /pipeline is for data in a table/,
  );
  const fitted = (change: Partial<FittedTransform>): Transform => ({
    ...options.pipeline,
    fit: (table) => ({ ...options.pipeline.fit(table), kind: "@test/tables#own", ...change }),
  });
  const two = () => tableOf({ price: [1, 3], area: [2, 4] });
  await refuse(
    { pipeline: fitted({ transform: two }) },
    /@test\/tables#own made 2 rows of 36; a pipeline here has to keep rows/,
  );
  const partly = fitted({
    transform: (table) =>
      table.numRows() === 36
        ? table
        : tableOf({ area: table.array("area"), rooms: table.array("rooms") }),
  });
  await refuse(
    { pipeline: partly },
    /made column 'price' of the training rows and not of the validation/,
  );
  await refuse(
    { pipeline: fitted({ revert: two }) },
    /revert\(\) of @test\/tables#own made 2 rows of 12/,
  );
  await refuse({ pipeline: fitted({ revert: () => undefined as never }) }, /must return a table/);
  const unfitted = { ...options.pipeline, fit: async () => ({}) };
  await refuse({ pipeline: unfitted }, /fit\(\) of .* must return a transform\(table\)/);
  const far = area.map((value, row) => (row === 20 ? Number.NaN : value));
  const identity = fitted({ transform: (table) => table });
  await refuse(
    { data: tableOf({ area: far, price, rooms }), pipeline: identity },
    /^fold 0: kFold: column 'area' has NaN in row 20/,
  );
  expect(() => tableOf({ a: [1, 2], b: [1] })).toThrow(/column 'b' has 1 rows where 'a' has 2/);
  expect(() => tableOf({})).toThrow(/at least one column/);
  expect(() => houses.array("cost")).toThrow(/no column 'cost'; there are area, price, rooms/);
});
