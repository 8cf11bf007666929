import { js } from "@nn/backend-js";
import {
  applyModel,
  bernoulli,
  cast,
  corePlugins,
  describe as describeModel,
  type FittedTransform,
  initialize,
  type Layer,
  mean,
  mul,
  sequential,
  sub,
  tensor,
  type Tensor,
  zeros,
} from "@nn/core";
import { dense, plugins as layers, softmax, tanh } from "@nn/layers-dense";
import { testLayer } from "@nn/testing";
import { openModel, predict, storeModel } from "@nn/trainer";
import { ensemble, kFold, plugins } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { abreast } from "../src/model/abreast.ts";
import { pipelines } from "../src/model/pipelines.ts";
import { curve, network, regression } from "./support.ts";

const known = [...corePlugins, ...layers, ...plugins];
const model = (trainable = true): Layer =>
  sequential([dense(3, { activation: tanh(), trainable }), dense(2, { trainable })]);

testLayer("ensemble", {
  make: () => ensemble([model(), model()]),
  frozen: () => ensemble([model(false), model(false)]),
  input: { shape: [3] },
  plugins: known,
});
testLayer("ensemble of one layer value, with something before the mean", {
  make: () => {
    const one = model();
    return ensemble([one, one, one], { average: softmax() });
  },
  input: { shape: [3] },
  plugins: known,
});
testLayer("abreast", {
  make: () => abreast([dense(2), model()], [1, 2]),
  input: { shape: [3] },
  plugins: known,
});
testLayer("abreast, with columns of its own for each output", {
  make: () => abreast([dense(1), dense(4)], [2, 3], { outputs: "columns" }),
  input: { shape: [5] },
  plugins: known,
});

/** Drops half of the features in training, and keeps their mean as state. */
const noisy: Layer = {
  kind: "@test/layers#noisy",
  config: {},
  apply(scope, x) {
    const centre = scope.state("centre", [x.shape.at(-1)!]);
    if (!scope.training) return sub(x, centre);
    scope.setState("centre", mean(x, 0));
    return mul(x, cast(bernoulli(scope.key(), 0.5, x.shape), x.dtype));
  },
};

describe("ensemble", () => {
  const x = [
    [0.5, -1, 2],
    [1, 0.25, -0.75],
  ];

  it("gives every model parameters of its own, also where they are one layer value", async () => {
    const one = network();
    const together = ensemble([one, one]);
    const { declarations } = describeModel(together, zeros([2, 3]));
    expect(declarations.map(({ path }) => path)).toEqual(
      [0, 1].flatMap((i) =>
        ["0/weights", "0/bias", "1/weights", "1/bias"].map((path) => `${i}/${path}`),
      ),
    );
    const variables = initialize(js(), declarations, 3);
    const outputs = [0, 1].map((i) => {
      const own = Object.entries(variables.parameters).filter(([path]) => path.startsWith(`${i}/`));
      const parameters = Object.fromEntries(own.map(([path, value]) => [path.slice(2), value]));
      return predict(one, { parameters, state: {} }, x);
    });
    const [first, second] = await Promise.all(outputs.map((output) => output.read()));
    expect(first).not.toEqual(second);
    const joined = await predict(together, variables, x).read();
    joined.forEach((value, i) => expect(value).toBeCloseTo((first![i]! + second![i]!) / 2, 6));
  });

  it("keeps the state of each model, and draws numbers of its own for each", async () => {
    const together = abreast([noisy, noisy], [3, 3], { outputs: "columns" });
    const backend = js();
    const input = tensor(
      backend,
      Array.from({ length: 32 }, () => [1, 2, 3, 1, 2, 3]),
    );
    const { declarations } = describeModel(together, input);
    const variables = initialize(backend, declarations, 1);
    const key = tensor(backend, Int32Array.of(1, 2));
    const { output, state } = applyModel(together, variables, input, { training: true, key });
    const rows = await output.read();
    expect(rows.some((value, i) => i % 6 < 3 && value !== rows[i + 3])).toBe(true);
    expect([...(await state["1/centre"]!.read())]).toEqual([1, 2, 3]);
    const predicted = applyModel(together, { ...variables, state }, input).output;
    expect((await predicted.read()).every((value) => value === 0)).toBe(true);
  });

  it("refuses what are no models, options that there are not, and inputs of other widths", () => {
    expect(() => ensemble([])).toThrow(/at least one model/);
    expect(() => ensemble([dense as unknown as Layer])).toThrow(/at least one model/);
    expect(() => ensemble([dense(1)], { mean: true } as object)).toThrow(/no option 'mean'/);
    expect(() => abreast([dense(1)], [1, 2])).toThrow(/expected 1 widths/);
    expect(() => abreast([dense(1)], [0])).toThrow(/a width must be a whole number from 1, got 0/);
    expect(() => abreast([dense(1)], [1], { outputs: "sum" as "mean" })).toThrow(
      /"mean" or "columns", got "sum"/,
    );
    expect(() => describeModel(abreast([dense(1)], [2]), zeros([1, 3]))).toThrow(
      /expected 2 columns, got 3/,
    );
    expect(() => pipelines([])).toThrow(/at least one \{ pipeline, columns \}/);
    const members = [{ pipeline: {} as FittedTransform, columns: { inputs: [], outputs: [] } }];
    expect(() => pipelines(members)).toThrow(/at least one/);
    const transform: FittedTransform["transform"] = (table) => table;
    const pipeline = { kind: "@test/tables#same", config: {}, transform };
    const columns = { inputs: ["x"], outputs: ["y"] };
    expect(() => pipelines([{ pipeline, columns }], { outputs: "sum" as "mean" })).toThrow(
      'pipelines: outputs must be "mean" or "columns", got "sum"',
    );
    expect(() => pipelines([{ pipeline, columns }], { reverts: 1 as never })).toThrow(
      /pipelines: reverts must be true or false, got 1/,
    );
  });
});

it("stores the best model and the ensemble, which predict the same when opened", async () => {
  const { best, ensemble: all } = await kFold({ ...regression(), epochs: 2 });
  const { inputs } = curve(9);
  for (const made of [best, all]) {
    const stored = await storeModel(made);
    const opened = openModel<Tensor, Tensor>(
      { tensors: stored.tensors, metadata: JSON.parse(JSON.stringify(stored.metadata)) },
      { plugins: known, backend: js() },
    );
    expect(await opened.predict(inputs).read()).toEqual(await made.predict(inputs).read());
  }
});
