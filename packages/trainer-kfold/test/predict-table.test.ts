import { js } from "@nn/backend-js";
import { corePlugins, type Layer, sequential, type Tensor, type Tree } from "@nn/core";
import { dense, plugins as layers, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { momentum } from "@nn/optimizers";
import { openModel, storeModel } from "@nn/trainer";
import { kFold, plugins, predictTable, tableOf } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { plugins as testPlugins, standardize } from "./standardize.ts";
import { randomNumbers } from "./support.ts";

const next = randomNumbers(3);
const area = Array.from({ length: 40 }, () => 40 + next() * 160);
const price = area.map((value) => 50_000 + 3000 * value + 9000 * next());
const backend = js();
const known = [...corePlugins, ...layers, ...plugins, ...testPlugins];

const result = await kFold<Tensor, Tensor, Tensor>({
  backend,
  folds: 3,
  data: tableOf({ area, price }),
  target: "price",
  pipeline: standardize(["area", "price"]),
  model: sequential([dense(3, { activation: tanh() }), dense(1)]),
  loss: mse(),
  optimizer: momentum({ learningRate: 0.05 }),
  epochs: 20,
});

describe("predictTable", () => {
  it("gives what a model gave before it was stored, to the bit, for one fold and for the ensemble", async () => {
    const rows = tableOf({ name: ["a", "b", "c"], area: [50, 120.5, 190] });
    for (const model of [result.best, result.ensemble]) {
      const opened = openModel(await storeModel(model), { plugins: known, backend });
      const predicted = (await predictTable(opened, rows)).array("price");
      expect(predicted).toEqual((await model.predictTable(rows)).array("price"));
      expect(predicted[2]).toBeGreaterThan(400_000);
    }
  });

  it("refuses a model that knows no columns, and rows without those that it needs", async () => {
    const { model, parameters, state } = result.best;
    const rows = tableOf({ area: [50] });
    await expect(predictTable({ model, parameters, state }, rows)).rejects.toThrow(
      "predictTable: this model was not trained on a table; use predict",
    );
    await expect(predictTable(result.best, tableOf({ size: [50] }))).rejects.toThrow("area");
  });

  it("refuses what is no model, what is no table, and options that there are not", async () => {
    const rows = tableOf({ area: [50] });
    const { best } = result;
    for (const model of [undefined, null, {}, { model: {} }])
      await expect(predictTable(model as never, rows)).rejects.toThrow(
        /^predictTable: expected a model such as loadModel\(\) opens, got /,
      );
    for (const table of [undefined, null, [[50]], { area: [50] }])
      await expect(best.predictTable(table as never)).rejects.toThrow(
        /^predictTable: expected a table such as one of tableOf\(\), got /,
      );
    await expect(predictTable(best, rows, { backed: backend } as object)).rejects.toThrow(
      "predictTable: there is no option 'backed'; the options are backend",
    );
    await expect(predictTable(best, tableOf({ area: [] }))).rejects.toThrow(/at least one row/);
  });

  it("refuses a model of several outputs, and a way back that loses rows", async () => {
    const rows = tableOf({ area: [50, 60] });
    const { best } = result;
    const model: Layer<Tensor, Tree> = {
      kind: "@test/layers#two",
      config: {},
      apply: (scope, input) => [scope.apply("a", best.model, input), input],
    };
    const parameters = Object.fromEntries(
      Object.entries(best.parameters).map(([path, value]) => [`a/${path}`, value]),
    );
    await expect(predictTable({ ...best, model, parameters }, rows)).rejects.toThrow(
      "predictTable: the model gives several tensors; use predict",
    );
    const pipeline = { ...best.pipeline!, revert: () => tableOf({ price: [1] }) };
    await expect(predictTable({ ...best, pipeline }, rows)).rejects.toThrow(
      /^predictTable: revert\(\) of .* made 1 rows of 2; a pipeline here has to keep rows/,
    );
  });
});
