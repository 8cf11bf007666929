import { js } from "@nn/backend-js";
import { describe, expect, it } from "vitest";
import { firstOrder, fit, type FitOptions } from "../src/index.ts";
import { nearest } from "../src/nearest.ts";
import { meanSquare, xorOptions } from "./support.ts";
import { momentum, sgd } from "@nn/optimizers";

/** Wrong on purpose, and what is said about it. */
const cases: [string, object, string][] = [
  [
    "a misspelt option",
    { batchsize: 3 },
    "fit: there is no option 'batchsize'; did you mean 'batchSize'?",
  ],
  ["an option of another library", { epoch: 3 }, "no option 'epoch'; did you mean 'epochs'?"],
  ["what every object has", { toString: 3 }, "fit: there is no option 'toString'"],
  ["shuffle", { shuffle: 1 }, "fit: shuffle must be true or false, got 1"],
  ["seed", { seed: "7" }, "fit: seed must be a whole number up to ±2⁵³, got 7"],
  ["dtype", { dtype: "i32" }, "fit: dtype must be f32 or f64, got i32"],
  [
    "a dtype that the backend lacks",
    { dtype: "f64", backend: { ...js(), dtypes: ["f32", "i32", "bool"] } },
    "fit: @nn/backend-js#js has no f64, only f32, i32, bool",
  ],
  [
    "one metric",
    { metrics: meanSquare() },
    "fit: metrics must be a list of metrics such as r2(), got { kind, config, name, mode, better, ",
  ],
  [
    "no metrics",
    { metrics: [sgd()] },
    "fit: metrics must be a list of metrics such as r2(), got [{",
  ],
  [
    "a metric with a name of the validation",
    { metrics: [meanSquare("validation/loss")] },
    "fit: a metric cannot be called 'validation/loss', as figures of the validation are",
  ],
  [
    "a metric with a name that objects use",
    { metrics: [meanSquare("toString")] },
    "fit: a metric cannot be called 'toString', as parts of objects are",
  ],
  [
    "a metric without a name",
    { metrics: [{ ...meanSquare(), name: undefined }] },
    "fit: a metric needs a name, got undefined",
  ],
  ["one callback", { callbacks: {} }, "fit: callbacks must be a list of callbacks such as early"],
  ["a factory", { callbacks: [meanSquare] }, "such as earlyStopping(), got [a function]"],
  [
    "a callback that cannot be told from others",
    { callbacks: [{ save: () => ({ tensors: {}, metadata: {} }) }] },
    "fit: a callback with a save() needs a name and a restore()",
  ],
  [
    "an unknown figure",
    { monitor: "validation/loss", metrics: [meanSquare()] },
    "fit: monitor must be the name of a figure, got 'validation/loss'; there are loss, meanSquare",
  ],
  ["no figure", { monitor: 3 }, "fit: monitor must be the name of a figure, such as 'loss', got 3"],
  ["exactFigures", { exactFigures: "yes" }, "fit: exactFigures must be true or false, got yes"],
  ["a controller", { signal: new AbortController() }, "fit: signal must be an AbortSignal, got {"],
  [
    "variables",
    { variables: { parameters: [[1]], state: {} } },
    "fit: variables must be { parameters, state }, each with tensors by their paths, got {",
  ],
  [
    "resume",
    { resume: "run.safetensors" },
    "fit: resume must be a snapshot, as readCheckpoint() giv",
  ],
  [
    "two places to start",
    { variables: { parameters: {}, state: {} }, resume: { tensors: {}, metadata: {} } },
    "fit: variables and resume say both where to start; leave one of them out",
  ],
];

describe("fit refuses", () => {
  it.each(cases)("%s", async (_, changes, message) => {
    const options = { ...xorOptions(), ...changes } as unknown as FitOptions<never, never, never>;
    await expect(fit(options)).rejects.toThrow(message);
  });

  it.each([undefined, null, 3, []])("%s instead of options", async (options) => {
    await expect(fit(options as never)).rejects.toThrow("fit: ");
  });

  it("variables that do not fit, by name", async () => {
    const { parameters, state } = await fit(xorOptions({ epochs: 1 }));
    const { "0/bias": bias, ...rest } = parameters;
    await expect(
      fit(xorOptions({ variables: { parameters: { ...rest, "0/bias": rest["1/bias"]! }, state } })),
    ).rejects.toThrow("fit: variables: parameter '0/bias' is f32[1] where the model needs f32[3]");
    await expect(
      fit(xorOptions({ variables: { parameters: { ...parameters, other: bias! }, state } })),
    ).rejects.toThrow("fit: variables: the model has no parameter 'other'");
    await expect(
      fit(xorOptions({ variables: { parameters, state }, dtype: "f64" })),
    ).rejects.toThrow("is f32[2,3] where the model needs f64[2,3]");
  });
});

describe("firstOrder refuses", () => {
  it.each([
    ["a factory", [momentum], "the rule must be an update rule such as sgd(), got "],
    [
      "a limit in text",
      [sgd(), { clipNorm: "1" }],
      "clipNorm must be a finite number above 0, got 1",
    ],
    [
      "a rate as a rule",
      [sgd(), { groups: { "0": 0.1 } }],
      "the rule of group '0' must be an update rule such as sgd(), got number",
    ],
    [
      "a solver as a rule",
      [sgd(), { groups: { "0": firstOrder(sgd()) } }],
      "the rule of group '0' must be an update rule such as sgd(), got @nn/trainer#firstOrder",
    ],
    ["no groups", [sgd(), { groups: null }], "groups must be rules by path such as { hidden: "],
    [
      "a list of groups",
      [sgd(), { groups: [] }],
      "groups must be rules by path such as { hidden: ",
    ],
    [
      "a limit that f32 cannot hold",
      [sgd(), { clipNorm: Number.MAX_VALUE }],
      "clipNorm must be from 1e-30 to 1e30, got 1.7976931348623157e+308; leave it out where there is no limit",
    ],
    [
      "a limit of nothing",
      [sgd(), { clipValue: 1e-300 }],
      "clipValue must be from 1e-30 to 1e30, ",
    ],
    ["a misspelt option", [sgd(), { clip: 1 }], "there is no option 'clip'; there are clipNorm, "],
  ])("%s", (_, [rule, options], message) => {
    expect(() => firstOrder(rule as never, options as never)).toThrow(`firstOrder: ${message}`);
  });
});

it("the nearest name takes the fewest changes", () => {
  const names = ["epochs", "batchSize", "shuffle"];
  expect(["epoch", "batch_size", "shufle", "Shuffle"].map((name) => nearest(name, names))).toEqual([
    "epochs",
    "batchSize",
    "shuffle",
    "shuffle",
  ]);
});
