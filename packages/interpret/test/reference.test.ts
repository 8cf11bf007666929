import { cast, greater, matmul, tensor, type Tensor } from "@nn/core";
import { mse } from "@nn/losses";
import { accuracy, r2 } from "@nn/metrics";
import { except, log10, minMax, pipeline, squared } from "@nn/preprocess";
import { tableOf } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { type Importance, permutationImportance, type TableModel } from "../src/index.ts";
import reference from "./reference.json" with { type: "json" };
import { backend, modelOf, priceOf, prices } from "./support.ts";

const repeats = 400;
const { inputs, labels } = reference;
const targets = reference.targets.map((value) => [value]);

interface Expected {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Both are means of random drops: they differ by no more than three standard errors of the difference. */
function expectAgreement({ features }: Importance, { mean, deviation }: Expected): void {
  expect(features).toHaveLength(mean.length);
  for (const feature of features) {
    const at = Number(feature.name.replace("c", ""));
    const variance = feature.deviation ** 2 / repeats + deviation[at]! ** 2 / reference.repeats;
    expect(Math.abs(feature.mean - mean[at]!)).toBeLessThanOrEqual(3 * Math.sqrt(variance) + 1e-9);
    expect(Math.abs(feature.deviation - deviation[at]!)).toBeLessThanOrEqual(0.2 * deviation[at]!);
  }
}

describe(`importance agrees with ${reference.origin}`, () => {
  const shared = { repeats, seed: 5, backend };

  it("for R² of a model", async () => {
    const data = { inputs, targets };
    const found = await permutationImportance({ model: prices, data, metric: r2(), ...shared });
    expectAgreement(found, reference.r2);
  });

  it("for the square error of a model", async () => {
    const data = { inputs, targets };
    const found = await permutationImportance({ model: prices, data, loss: mse(), ...shared });
    expect(found).toMatchObject({ score: "mse", better: "lower" });
    expectAgreement(found, reference.mse);
  });

  it("for the accuracy of a classifier", async () => {
    const model = modelOf((x: Tensor) =>
      cast(greater(prices.model.apply(undefined!, x), 0.5), "f32"),
    );
    const found = await permutationImportance({
      model,
      data: { inputs, targets: labels },
      metric: accuracy({ from: "probabilities" }),
      ...shared,
    });
    expectAgreement(found, reference.accuracy);
  });

  it("for a function of columns, and the same as for the model", async () => {
    const names = ["c0", "c1", "c2", "c3", "c4"];
    const columns = Object.fromEntries(
      names.map((name, at) => [name, Float64Array.from(inputs, (row) => row[at]!)]),
    );
    const found = await permutationImportance({
      predict: (given) =>
        inputs.map((_, row) => [priceOf(names.map((name) => given[name]![row] as number))]),
      data: { inputs: columns, targets },
      metric: r2(),
      ...shared,
    });
    expectAgreement(found, reference.r2);
    const data = { inputs, targets };
    const other = await permutationImportance({
      model: prices,
      data,
      names,
      metric: r2(),
      ...shared,
    });
    found.features.forEach((feature, i) => {
      expect(feature.name).toBe(other.features[i]!.name);
      feature.drops.forEach((drop, at) =>
        expect(drop).toBeCloseTo(other.features[i]!.drops[at]!, 5),
      );
    });
  });

  it("for raw columns before a pipeline, and predictions in original units", async () => {
    const names = ["c0", "c1", "c2", "c3", "c4"];
    const { weights, targets: price, ...expected } = reference.pipeline;
    const columns = names.map((name, at) => [name, inputs.map((row) => row[at]!)] as const);
    const table = tableOf({ ...Object.fromEntries(columns), price });
    const fitted = pipeline([log10("price"), squared(except("price")), minMax(except("price"))]);
    const model: TableModel<Tensor, Tensor> = {
      ...modelOf((x: Tensor) => matmul(x, tensor(backend, weights, { shape: [10, 1] }))),
      pipeline: fitted.fit(table),
      columns: {
        inputs: [...names, ...names.map((name) => `${name}_squared`)],
        outputs: ["price"],
      },
    };
    expectAgreement(
      await permutationImportance({ model, table, metric: r2(), ...shared }),
      expected,
    );
  });

  it("for columns that are shuffled together, by NumPy", async () => {
    const { columns, mean, deviation } = reference.group;
    const found = await permutationImportance({
      model: prices,
      data: { inputs, targets },
      metric: r2(),
      groups: { "0": columns },
      features: [4],
      names: ["a", "b", "c", "d", "e"],
      ...shared,
    });
    const group = found.features.filter(({ name }) => name === "0");
    expectAgreement({ ...found, features: group }, { mean: [mean], deviation: [deviation] });
  });
});
