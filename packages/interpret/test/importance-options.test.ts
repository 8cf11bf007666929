import { js } from "@nn/backend-js";
import { log, type Metric, tensor, type Tensor } from "@nn/core";
import { mse } from "@nn/losses";
import { r2, rocAuc } from "@nn/metrics";
import { expect, it } from "vitest";
import { permutationImportance } from "../src/index.ts";
import { backend, column, modelOf, prices, someHouses } from "./support.ts";

const data = someHouses(20);
const options = { model: prices, data, metric: r2(), backend, repeats: 2 };
const columns = { inputs: { a: [1, 2] }, targets: [1, 2] };
const table = { ...r2(), name: "counts", result: () => [1, 2] };

const cases: readonly (readonly [string, object, string])[] = [
  ["an unknown option", { repeat: 3 }, "there is no option 'repeat'; there are model,"],
  [
    "neither metric nor loss",
    { metric: undefined },
    "expected either a metric such as r2() or a loss",
  ],
  ["both of them", { loss: mse() }, "expected either a metric such as r2() or a loss"],
  ["a metric's name", { metric: "r2" }, "metric must be a metric such as r2(), got 'r2'"],
  [
    "a table as the metric",
    { metric: table },
    "counts is no number but [1, 2]; choose a metric that gives a single figure",
  ],
  ["no model", { model: undefined }, "expected either a model, as fit returns it, or predict"],
  ["a bare layer", { model: prices.model }, "got a layer without its parameters"],
  ["a model without a place", { backend: undefined }, "pass { backend }"],
  ["what is no backend", { backend: 3 }, "backend must be a backend such as js(), got 3"],
  [
    "what is no backend for a function",
    { model: undefined, predict: () => [], data: columns, backend: 3 },
    "backend must be a backend such as js(), got 3",
  ],
  [
    "no rows",
    { model: undefined, predict: () => [], data: { inputs: { a: [] }, targets: [] } },
    "data.inputs: has no rows",
  ],
  ["units without a table", { units: "original" }, "units is for a model with a table"],
  ["no repeats", { repeats: 0 }, "repeats must be a whole number from 1, got 0"],
  ["half a seed", { seed: 0.5 }, "seed must be a whole number up to ±2⁵³, got 0.5"],
  ["batches of none", { batchSize: 0 }, "batchSize must be a whole number from 1, got 0"],
  [
    "no data",
    { data: undefined },
    "expected data or, for a model that was trained on one, a table",
  ],
  ["data that are none", { data: 3 }, "data must be { inputs, targets }, got 3"],
  ["no targets", { data: { inputs: [[1]] } }, "data must be { inputs, targets }, got { inputs }"],
  ["more in the data", { data: { ...data, weight: [1] } }, "data has no 'weight'"],
  [
    "fewer targets",
    { data: { ...data, targets: [1, 2] } },
    "data.targets: is f32[2], expected 20 examples",
  ],
  [
    "ragged rows",
    { data: { ...data, inputs: [[1, 2], [1]] } },
    "data.inputs: tensor: data[1] is an array of 1",
  ],
  [
    "words",
    { data: { ...data, inputs: ["a"] } },
    "data.inputs.0: expected a tensor, nested arrays",
  ],
  ["too few names", { names: ["a"] }, "names must be those of the 5 columns of the inputs, got 1"],
  ["a name twice", { names: ["a", "b", "a", "d", "e"] }, "names has 'a' twice"],
  [
    "an unknown feature",
    { features: ["area"] },
    "features: there is no column 'area'; there are 0, 1, 2, 3, 4",
  ],
  ["a feature too far", { features: [5] }, "features: there is no column 5"],
  ["no features", { features: [] }, "features must be a list of columns, got []"],
  ["an unknown member", { groups: { g: ["x"] } }, "groups.g: there is no column 'x'"],
  ["an empty group", { groups: { g: [] } }, "groups.g: expected a list of columns, got []"],
  [
    "a column in two groups",
    { groups: { g: [0], h: [0, 1] } },
    "groups.h: column '0' is in 'g' already",
  ],
  [
    "a group called like a column",
    { groups: { "3": [0, 1] } },
    "'3' is the name of another column, too",
  ],
  ["groups as a list", { groups: [[0, 1]] }, "groups must be lists of columns by name"],
  ["a row too far", { rows: [0, 20] }, "rows must be numbers from 0 to 19, got 20 at position 1"],
  [
    "half a row",
    { rows: 0.5 },
    "rows must be a whole number from 1 or a list of row numbers, got 0.5",
  ],
  ["one row", { rows: 1 }, "expected at least two rows to shuffle, got one"],
  ["a signal that is none", { signal: {} }, "signal must be an AbortSignal"],
  ["no function for progress", { onProgress: 1 }, "onProgress must be a function, got 1"],
  ["a model and a function", { predict: () => [] }, "expected either a model"],
  [
    "names for a function",
    { model: undefined, predict: () => [], data: columns, names: ["a"] },
    "names is for models",
  ],
  [
    "a function of rows",
    { model: undefined, predict: () => [] },
    "data.inputs: expected a table or columns",
  ],
  [
    "what is no function",
    { model: undefined, predict: 3, data: columns },
    "predict must be a function of columns, got 3",
  ],
];

it.each(cases)("refuses %s", async (_, changes, message) => {
  const wrong = { ...options, ...changes } as typeof options;
  await expect(permutationImportance(wrong)).rejects.toThrow(message);
  await expect(permutationImportance(wrong)).rejects.toThrow(/^permutationImportance: /);
});

it("refuses figures that are not finite, and says when", async () => {
  const classes = data.targets.map(() => 1);
  await expect(
    permutationImportance({ ...options, data: { ...data, targets: classes }, metric: rocAuc() }),
  ).rejects.toThrow("rocAuc is NaN on these rows; look for missing values, or choose other rows");
  const model = modelOf((x: Tensor) => log(column(x, 0)));
  const inputs = [
    [1, 0],
    [2, 0],
  ];
  const worst: Metric = {
    ...r2(),
    name: "fragile",
    measure: (prediction) => ({ prediction }),
    result: ({ prediction }) => (prediction![0]! > 0 ? NaN : 1),
  };
  await expect(
    permutationImportance({
      ...options,
      model,
      repeats: 20,
      data: { inputs, targets: [1, 2] },
      metric: worst,
    }),
  ).rejects.toThrow("fragile is NaN on these rows with '0' shuffled");
});

it("refuses data on another backend", async () => {
  const inputs = tensor(js(), data.inputs);
  await expect(permutationImportance({ ...options, data: { ...data, inputs } })).rejects.toThrow(
    /data\.inputs: is on another backend .*place/,
  );
});
