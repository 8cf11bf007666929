import { js } from "@nn/backend-js";
import { corePlugins, sequential, type Tensor } from "@nn/core";
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
});
