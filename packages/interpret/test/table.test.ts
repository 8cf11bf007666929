import {
  add,
  type FittedTransform,
  type HostTensor,
  mul,
  corePlugins as kernel,
  sequential,
  sum,
  type Table,
  type Tensor,
} from "@nn/core";
import { dense, plugins as layers, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { r2 } from "@nn/metrics";
import { adam } from "@nn/optimizers";
import {
  drop,
  interactions,
  log10,
  minMax,
  oneHot,
  only,
  pipeline,
  plugins as steps,
  replaceWhere,
  squared,
} from "@nn/preprocess";
import { openModel, storeModel } from "@nn/trainer";
import { kFold, tableOf } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import {
  type Columns,
  type FeatureImportance,
  type Importance,
  inputsOf,
  integratedGradients,
  partialDependence,
  permutationImportance,
  type TableModel,
} from "../src/index.ts";
import { backend, column, modelOf, someRows } from "./support.ts";

const draws = someRows(120, 4);
const city = draws.map(([, , c]) => (c! > 0.3 ? "Kent" : c! > -0.3 ? "Renton" : "Seattle"));
const houses: Columns = {
  id: draws.map((_, row) => `a${row}`),
  price: draws.map(([a, b, c, d]) => 1e5 * 10 ** (a! + 0.3 * b! * d! + (c! > 0.3 ? 0.4 : 0))),
  area: draws.map(([a]) => 10 ** (2 + a!)),
  city,
  built: draws.map(([, b]) => Math.round(1960 + 40 * b!)),
  renovated: draws.map(([, b, , d]) => (d! > 0.5 ? Math.round(2000 + 10 * b!) : 0)),
};
const data = tableOf(houses);
const result = await kFold({
  folds: 3,
  data,
  pipeline: pipeline([
    drop("id"),
    replaceWhere("renovated", 0, { column: "built" }),
    log10("price", "area"),
    oneHot("city"),
    squared(only("area")),
    interactions("area", "built"),
    minMax(),
  ]),
  target: "price",
  model: sequential([dense(6, { activation: tanh() }), dense(1)]),
  loss: mse(),
  metrics: [r2()],
  optimizer: adam({ learningRate: 0.02 }),
  epochs: 15,
  seed: 3,
  dtype: "f64",
  backend,
});
const { best, ensemble } = result;
const rows = best.validation;
const shared = { model: best, table: data, rows, metric: r2(), repeats: 4, seed: 2 };

/** What the model says of some columns in dollars, in its own words. */
async function dollars(columns: Columns): Promise<number[]> {
  const predicted = await best.predictTable(tableOf(columns));
  return Array.from(predicted.array("price") as ArrayLike<number>);
}

/** Some rows of some columns. */
function taken(names: readonly string[], table: Table = data): Record<string, unknown[]> {
  const of = (name: string): unknown[] => Array.from(rows, (row) => table.array(name)[row]);
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

function find({ features }: Importance, name: string): FeatureImportance {
  return features.find((feature) => feature.name === name)!;
}

function expectSame(found: Importance, expected: Importance): void {
  expect(found.base).toBeCloseTo(expected.base, 9);
  const namesOf = ({ features }: Importance): string[] => features.map(({ name }) => name).sort();
  expect(namesOf(found)).toEqual(namesOf(expected));
  for (const { name, drops } of expected.features)
    find(found, name).drops.forEach((each, i) => expect(each).toBeCloseTo(drops[i]!, 9));
}

describe("permutationImportance of a model with a table", () => {
  it("scores the figures of the fold, in original units and in the model's", async () => {
    const found = await permutationImportance(shared);
    expect(found.units).toBe("original");
    expect(found.base).toBeCloseTo(best.metrics["r2"]!, 9);
    const own = await permutationImportance({ ...shared, units: "transformed" });
    expect(own.units).toBe("transformed");
    expect(own.base).toBeCloseTo(best.transformedMetrics["r2"]!, 9);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("shuffles raw columns, of which the pipeline makes what it would", async () => {
    const found = await permutationImportance(shared);
    const features = ["id", "area", "city", "built", "renovated"];
    expect(found.features.map(({ name }) => name).sort()).toEqual([...features].sort());
    const expected = await permutationImportance({
      predict: dollars,
      data: { inputs: taken(features), targets: taken(["price"])["price"] as number[] },
      metric: r2(),
      repeats: 4,
      seed: 2,
      backend,
    });
    expectSame(found, expected);
    for (const name of ["area", "built", "renovated"])
      expect(Math.abs(find(found, name).mean)).toBeGreaterThan(1e-6);
  });

  it("gives the pipeline all columns of the table each time, also those to predict", async () => {
    const seen: (readonly string[])[] = [];
    const own = best.pipeline!;
    const watched: FittedTransform = {
      ...own,
      transform(table) {
        seen.push(table.columnNames());
        expect(table.array("price")).toEqual(taken(["price"])["price"]);
        return own.transform(table);
      },
    };
    const model = { ...best, pipeline: watched };
    await permutationImportance({ ...shared, model, features: ["area"] });
    // To look at the model, for the base, and for four orders.
    expect(seen).toHaveLength(6);
    for (const names of seen) expect([...names].sort()).toEqual(Object.keys(houses).sort());
  });

  it("gives 0 for what the pipeline drops, and has no target among the features", async () => {
    const found = await permutationImportance(shared);
    expect(find(found, "id")).toMatchObject({ mean: 0, deviation: 0, share: 0 });
    expect(find(found, "price")).toBeUndefined();
  });

  it("shuffles the columns that the model sees, one by one", async () => {
    const { inputs } = best.columns!;
    const found = await permutationImportance({ ...shared, by: "column", units: "transformed" });
    const seen = taken([...inputs, "price"], best.pipeline!.transform(data));
    const expected = await permutationImportance({
      model: best,
      data: {
        inputs: Array.from(rows, (_, i) => inputs.map((name) => seen[name]![i] as number)),
        targets: seen["price"]!.map((price) => [price as number]),
      },
      names: inputs,
      metric: r2(),
      repeats: 4,
      seed: 2,
    });
    expectSame(found, expected);
  });

  it("finds for a raw column what its columns have together, where it is their only source", async () => {
    const found = await permutationImportance({ ...shared, features: ["city"] });
    const columns = best.columns!.inputs.filter((name) => name.startsWith("city"));
    expect(columns).toHaveLength(3);
    const together = await permutationImportance({
      ...shared,
      by: "column",
      groups: { town: columns },
      features: columns,
    });
    find(together, "town").drops.forEach((each, i) =>
      expect(each).toBeCloseTo(find(found, "city").drops[i]!, 9),
    );
  });

  it("groups raw columns, and chooses among them", async () => {
    const found = await permutationImportance({
      ...shared,
      groups: { years: ["built", "renovated"] },
      features: ["area"],
    });
    expect(found.features.map(({ name }) => name).sort()).toEqual(["area", "years"]);
  });

  it("counts losses in dollars, where lower is better", async () => {
    const { metric: _, ...rest } = shared;
    const found = await permutationImportance({ ...rest, loss: mse() });
    expect(found).toMatchObject({ score: "mse", better: "lower" });
    expect(found.base / best.metrics.loss).toBeCloseTo(1, 9);
    expect(find(found, "area").mean).toBeGreaterThan(0);
  });

  it("weights the rows of a loss by a column, which is no feature", async () => {
    const { metric: _, ...rest } = shared;
    const counts = Array.from({ length: 120 }, (__, row) => Number(row % 2));
    const table = tableOf({ ...houses, counts });
    const found = await permutationImportance({
      ...rest,
      table,
      weights: "counts",
      loss: mse(),
    });
    expect(find(found, "counts")).toBeUndefined();
    const odd = rows.filter((row) => row % 2 === 1);
    const { base } = await permutationImportance({ ...rest, rows: odd, loss: mse() });
    expect(found.base / base).toBeCloseTo(1, 9);
    const wrong = { ...rest, weights: "count", loss: mse() };
    await expect(permutationImportance(wrong)).rejects.toThrow(
      "weights: there is no column 'count'; there are id, price",
    );
  });

  it("does not depend on the batch size", async () => {
    const whole = await permutationImportance(shared);
    for (const batchSize of [1, 7, 39])
      expectSame(await permutationImportance({ ...shared, batchSize }), whole);
  });

  it("stops at a signal", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    const wrong = { ...shared, repeats: 3000, signal: controller.signal };
    await expect(permutationImportance(wrong)).rejects.toBe(reason);
  });

  it("takes the ensemble of all folds", async () => {
    const found = await permutationImportance({ ...shared, model: ensemble });
    expect(found.units).toBe("original");
    expect(found.features).toHaveLength(5);
    expect(found.base).toBeGreaterThan(0.3);
  });

  it("takes a model that was stored", async () => {
    const plugins = [...kernel, ...layers, ...steps];
    const opened = openModel(await storeModel(best), { plugins, backend });
    expect(await permutationImportance({ ...shared, model: opened })).toEqual(
      await permutationImportance(shared),
    );
  });

  it("takes a table that needs no pipeline, and columns called by numbers", async () => {
    const numbers = { b: [1, 2, 3, 4], "1": [3, 1, 4, 1], "0": [1, 5, 9, 2], y: [7, 5, 11, 9] };
    // What it sees is b, 1, 0 in this order; objects would have it otherwise.
    const model: TableModel<Tensor, Tensor> = {
      ...modelOf((x: Tensor) => add(column(x, 0), mul(column(x, 1), 2))),
      columns: { inputs: ["b", "1", "0"], outputs: ["y"] },
    };
    const targets = numbers.b.map((b, i) => b + 2 * numbers["1"][i]!);
    const table = tableOf({ ...numbers, y: targets });
    for (const by of ["source", "column"] as const) {
      const found = await permutationImportance({ model, table, by, metric: r2(), backend });
      expect(found).toMatchObject({ base: 1, units: "original" });
      expect(find(found, "0").mean).toBe(0);
      expect(find(found, "1").mean).toBeGreaterThan(0.5);
    }
  });

  it("scores as the model predicts where there is no way back to numbers", async () => {
    const { revert: _, ...oneWay } = best.pipeline!;
    const model = { ...best, pipeline: oneWay as FittedTransform };
    const found = await permutationImportance({ ...shared, model });
    expectSame(found, await permutationImportance({ ...shared, units: "transformed" }));
    const labels = { ...oneWay, revert: () => tableOf({ city: city.slice(0, rows.length) }) };
    const classes = await permutationImportance({
      ...shared,
      model: { ...best, pipeline: labels as unknown as FittedTransform },
    });
    expect(classes.units).toBe("transformed");
    expect(find(classes, "city")).toBeUndefined();
    await expect(permutationImportance({ ...shared, model, units: "original" })).rejects.toThrow(
      'no way to take predictions of price back to numbers in original units; use { units: "transformed" }',
    );
  });

  it("scores probabilities as they are, also where classes are numbers", async () => {
    const stars = city.map((name) => (name === "Kent" ? 5 : 3));
    const rated = tableOf({ area: houses["area"]!, stars });
    const { best } = await kFold({
      folds: 2,
      data: rated,
      pipeline: pipeline([oneHot("stars"), minMax(only("area"))]),
      target: ["stars_3", "stars_5"],
      model: sequential([dense(2)]),
      loss: mse(),
      optimizer: adam({ learningRate: 0.02 }),
      epochs: 2,
      backend,
    });
    const options = { model: best, table: rated, loss: mse(), features: ["area"] };
    const { units, base } = await permutationImportance({ ...options, rows: best.validation });
    expect(units).toBe("transformed");
    expect(base).toBeCloseTo(best.transformedMetrics.loss, 5);
  });

  it("reverts targets that the raw table has under no such name", async () => {
    const { pipeline: own } = best;
    const called = (table: Table, from: string, to: string): Table =>
      tableOf(
        Object.fromEntries(
          table.columnNames().map((name) => [name === from ? to : name, table.array(name)]),
        ),
      );
    const renaming: FittedTransform = {
      ...own!,
      transform: (table) => own!.transform(called(table, "cost", "price")),
    };
    const found = await permutationImportance({
      ...shared,
      table: called(data, "price", "cost"),
      model: { ...best, pipeline: renaming },
      features: ["area", "cost"],
    });
    const expected = await permutationImportance(shared);
    expect(found.base).toBeCloseTo(expected.base, 9);
    expect(find(found, "cost").mean).toBe(0);
    expect(find(found, "area").mean).toBeCloseTo(find(expected, "area").mean, 9);
  });
});

const several = modelOf((x: Tensor): { a: Tensor; b: Tensor } => ({ a: x, b: x }));
const { pipeline: fitted, columns } = best;
const change = (changes: object): object => ({ model: { ...best, ...changes } });
const cases: readonly (readonly [string, object, string])[] = [
  ["a model without columns", change({ columns: undefined }), "model has no columns { inputs"],
  ["columns that are no names", change({ columns: { inputs: [1], outputs: [] } }), "no columns"],
  ["a pipeline that is not fitted", change({ pipeline: {} }), "must be one that was fitted"],
  ["no table", { table: 3 }, "table: expected a table or columns"],
  ["data besides", { data: {} }, "data is for a model without a table"],
  ["names besides", { names: ["a"] }, "names is for a model without a table"],
  ["another kind of feature", { by: "raw" }, "by must be 'source' or 'column', got 'raw'"],
  ["other units", { units: "log" }, "units must be 'original' or 'transformed', got 'log'"],
  ["batches of none", { batchSize: 0 }, "batchSize must be a whole number from 1"],
  ["one row", { rows: [3] }, "expected at least two rows to shuffle, got one"],
  ["a row too far", { rows: [0, 120] }, "rows must be numbers from 0 to 119, got 120"],
  ["an unknown feature", { features: ["price"] }, "features: there is no column 'price'"],
  [
    "a table that lacks a column",
    { table: tableOf({ price: houses["price"]!, area: houses["area"]! }), rows: [1, 2] },
    "column 'city_Kent' to explain: pipeline: column 'city_Kent' needs the column 'city', which",
  ],
  [
    "a table without targets",
    { table: tableOf(Object.fromEntries(Object.entries(houses).filter(([n]) => n !== "price"))) },
    "needs the column 'price', which the table does not have",
  ],
  [
    "inputs that are words",
    { ...change({ pipeline: undefined, columns: { ...columns, inputs: ["city"] } }) },
    `column 'city' has '${city[rows[0]!]}' in row ${rows[0]}, which is no number`,
  ],
  [
    "a pipeline that loses rows",
    change({ pipeline: { ...fitted, transform: () => tableOf({ a: [1] }) } }),
    "made 1 rows of 40; one that is explained has to keep rows",
  ],
  [
    "a pipeline that makes no table",
    change({ pipeline: { ...fitted, transform: () => 3 } }),
    "#fittedPipeline must return a table, got 3",
  ],
  [
    "a model that returns several tensors",
    { ...change(several) },
    "the model returns several tensors for 40 rows; with a table, it has to return one tensor",
  ],
  [
    "a model that returns one number for all",
    { ...change(modelOf((x: Tensor) => sum(x))) },
    "the model returns f32[] for 40 rows",
  ],
];

it.each(cases)("refuses %s", async (_, changes, message) => {
  const wrong = { ...shared, backend, ...changes } as typeof shared;
  await expect(permutationImportance(wrong)).rejects.toThrow(message);
  await expect(permutationImportance(wrong)).rejects.toThrow(/^permutationImportance: /);
});

describe("partialDependence of a model with a table", () => {
  const grid = [[60, 90, 200]];
  const inputs = ["id", "area", "city", "built", "renovated"];

  it("sets a raw column and what is made of it, and predicts in original units", async () => {
    const found = await partialDependence({
      model: best,
      table: data,
      rows,
      features: ["area"],
      grid,
    });
    expect(found).toMatchObject({ rows: rows.length, units: "original" });
    for (const [i, area] of grid[0]!.entries()) {
      const own = taken(inputs);
      const predicted = await dollars({ ...own, area: own["area"]!.map(() => area) });
      const mean = predicted.reduce((sum, each) => sum + each, 0) / predicted.length;
      expect(found.average[i]! / mean).toBeCloseTo(1, 9);
    }
  });

  it("takes words, two columns, and rows without a target", async () => {
    const table = tableOf(taken(inputs));
    const features = ["city", "area"];
    const found = await partialDependence({ model: ensemble, table, features, curves: true });
    expect(found.axes[0]!.values).toEqual(["Kent", "Renton", "Seattle"]);
    expect(found.average).toHaveLength(60);
    expect(found.average.slice(0, 20).at(-1)).toBeGreaterThan(found.average[0]!);
    expect(found.curves![3]).toHaveLength(60);
  });

  it("looks at what the model sees where it is asked to", async () => {
    const found = await partialDependence({
      model: best,
      table: data,
      rows,
      by: "column",
      units: "transformed",
      features: ["area_squared"],
      grid: [[0, 1]],
    });
    const [first] = best.predict([best.columns!.inputs.map(() => 0)]).readSync();
    expect(found.units).toBe("transformed");
    expect(found.average).toHaveLength(2);
    expect(found.average[0]).not.toBeCloseTo(first!, 3);
    expect(Math.abs(found.average[0]! - found.average[1]!)).toBeGreaterThan(1e-6);
  });

  it("refuses inputs besides a table, and neither", async () => {
    const wrong = { model: best, table: data, inputs: [[1]], features: ["area"] } as never;
    await expect(partialDependence(wrong)).rejects.toThrow("inputs is for a model without a table");
    const neither = { model: best, features: ["area"] } as never;
    await expect(partialDependence(neither)).rejects.toThrow(
      "expected inputs or, for a model that was trained",
    );
    const by = { model: best, inputs: [[1]], features: ["area"], by: "source" } as never;
    await expect(partialDependence(by)).rejects.toThrow("by is for a model with a table");
    const predict = { predict: () => [1], table: data, features: ["area"] } as never;
    await expect(partialDependence(predict)).rejects.toThrow(
      "table is for models; predict is given",
    );
  });
});

describe("inputsOf a model with a table", () => {
  it("gives what the model sees, for gradients", async () => {
    const chosen = rows.slice(0, 5);
    const inputs = inputsOf(best, data, chosen);
    expect(inputs.names).toEqual(best.columns!.inputs);
    expect(inputs.shape).toEqual([5, inputs.names.length]);
    const { values, outputs, baselineOutputs } = await integratedGradients({ model: best, inputs });
    expect(values.shape).toEqual(inputs.shape);
    const { data: predictions } = result.outOfFold.predictions as HostTensor;
    const width = inputs.names.length;
    for (const [i, row] of chosen.entries()) {
      expect(outputs[i]).toBeCloseTo(predictions[row] as number, 9);
      const own = Array.from(values.data.subarray(i * width, (i + 1) * width) as Float64Array);
      const total = own.reduce((sum, each) => sum + each, 0);
      expect(total).toBeCloseTo(Number(outputs[i]) - Number(baselineOutputs[i]), 6);
    }
  });

  it("takes all rows where none are named, and refuses those that there are not", () => {
    expect(inputsOf(best, data).shape[0]).toBe(120);
    expect(() => inputsOf(best, data, [120])).toThrow(
      "inputsOf: rows must be numbers from 0 to 119",
    );
    const bare = { model: best.model, parameters: {}, state: {} };
    expect(() => inputsOf(bare, data)).toThrow(
      "inputsOf: model has no columns { inputs, outputs }",
    );
  });
});
