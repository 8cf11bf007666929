import { js } from "@nn/backend-js";
import { ones, tensor } from "@nn/core";
import { dense, flatten } from "@nn/layers-dense";
import { sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { firstOrder, fit, type FitOptions } from "../src/index.ts";
import { meanSquare, xorData, xorOptions } from "./support.ts";

type Options = Parameters<typeof xorOptions>[0];

/** Wrong on purpose, and the beginning of what is said about it. */
const cases: [string, Options, string][] = [
  [
    "no backend",
    { backend: undefined as never },
    "fit: backend must be a backend such as js(), got undefined",
  ],
  [
    "no model",
    { model: dense as never },
    "fit: model must be a layer such as dense(1), got a function",
  ],
  [
    "no loss",
    { loss: undefined as never },
    "fit: loss must be a loss such as mse(), got undefined",
  ],
  [
    "no optimizer",
    { optimizer: 0.1 as never },
    "fit: optimizer must be an update rule such as sgd(), got 0.1",
  ],
  ["no epochs", { epochs: 0 }, "fit: epochs must be a whole number from 1, got 0"],
  ["half an epoch", { epochs: 0.5 }, "fit: epochs must be a whole number from 1, got 0.5"],
  [
    "a negative batch size",
    { batchSize: -1 },
    "fit: batchSize must be a whole number from 1, got -1",
  ],
  [
    "a seed that is no whole number",
    { seed: 0.5 },
    "fit: seed must be a whole number up to ±2⁵³, got 0.5",
  ],
  [
    "no data",
    { data: undefined as never },
    "fit: data: expected { inputs, targets }, got undefined",
  ],
  [
    "empty data",
    { data: { inputs: [], targets: [] } },
    "fit: data.inputs: expected at least one row, got none",
  ],
  [
    "rows that differ in number",
    { data: { inputs: xorData.inputs, targets: [[0], [1], [1]] } },
    "fit: data.targets: has 3 rows where fit: data.inputs has 4; give every example a row in each",
  ],
  [
    "rows that differ in length",
    { data: { inputs: [[0, 0], [1]], targets: [[0], [1]] } },
    "fit: data.inputs: tensor: data[1] is an array of 1, expected an array of 2, like the first of its kind",
  ],
  [
    "text in the data",
    { data: { inputs: [["0", "1"]] as never, targets: [[0]] } },
    "fit: data.inputs: tensor: data[0][0] is 0, expected a number",
  ],
  [
    "no targets",
    { data: { inputs: xorData.inputs } as never },
    "fit: data: expected { inputs, targets }, got { inputs }",
  ],
  [
    "data on another backend",
    { data: { inputs: tensor(js(), xorData.inputs), targets: xorData.targets } },
    "fit: data.inputs: is on another backend (@nn/backend-js#js) than the one that this runs on (@nn/backend-js#js); " +
      "move it with `await place(backend, tensor)`",
  ],
  [
    "targets that do not fit the model's output",
    { model: dense(2) },
    "mse: the prediction is f32[4,2], the target f32[4,1]; give the model's last layer as many units as a target has",
  ],
  [
    "a model without parameters",
    { model: flatten() },
    "fit: the model has no trainable parameter; there is nothing to train",
  ],
  [
    "two metrics of one name",
    { metrics: [meanSquare("a"), meanSquare("a")] },
    "fit: every figure needs a name of its own, got loss, a, a",
  ],
  [
    "a metric with the name of the loss",
    { metrics: [meanSquare("loss")] },
    "fit: every figure needs a name of its own, got loss, loss",
  ],
  [
    "variables of another model",
    { variables: { parameters: {}, state: {} } },
    "fit: variables lack '0/weights', which the model needs; pass those of the same model",
  ],
  [
    "weights with two axes",
    { data: { ...xorData, weights: [[1], [1], [1], [1]] } },
    "fit: data.weights: expected one floating-point number a row, [4], got f32[4,1]",
  ],
  [
    "negative weights",
    { data: { ...xorData, weights: [1, 0, -1, 1] } },
    "fit: data.weights: expected numbers from 0, one of them above, but row 2 has -1",
  ],
  [
    "weights that are no numbers",
    { validation: { ...xorData, weights: [Number.NaN, 0, 1, 1] } },
    "fit: validation.weights: expected numbers from 0, one of them above, but row 0 has NaN",
  ],
  [
    "weights of which none counts",
    { data: { ...xorData, weights: [0, 0, 0, 0] } },
    "fit: data.weights: expected numbers from 0, one of them above, but all are 0",
  ],
  [
    "a group of no parameters",
    { optimizer: firstOrder(sgd(), { groups: { "0": sgd(), hiden: sgd() } }) },
    "firstOrder: no trainable parameter is in the group 'hiden'; there are 0/weights, 0/bias, 1/weights, 1/bias",
  ],
];

describe("fit refuses", () => {
  it.each(cases)("%s", async (_, changes, message) => {
    await expect(fit(xorOptions(changes) as FitOptions<never, never, never>)).rejects.toThrow(
      message,
    );
  });

  it.each([0, -1, Number.NaN, Infinity])("gradients limited to %s", (limit) => {
    const expected = (name: string) =>
      `firstOrder: ${name} must be a finite number above 0, got ${limit}`;
    expect(() => firstOrder(sgd(), { clipNorm: limit })).toThrow(expected("clipNorm"));
    expect(() => firstOrder(sgd(), { clipValue: limit })).toThrow(expected("clipValue"));
  });

  it("a loss that does not give one value per example", async () => {
    const loss = { ...xorOptions().loss, values: () => ones([]) };
    await expect(fit(xorOptions({ loss }))).rejects.toThrow(
      "@nn/losses#mse: values() must give one value per example, [4], got f32[]; take the mean over all axes but the first",
    );
  });
});
