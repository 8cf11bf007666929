import { type Config, encode, type Json, type Layer, type Plugin } from "@nn/core";
import { readExperiment } from "@nn/experiment";
import { dense, heNormal, relu, tanh } from "@nn/layers-dense";
import { cosine, momentum } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { houses, linesOf, plugins, read } from "./support.ts";

const model = (json: Json): Json => encode(read({ model: json }).model);

describe("an experiment", () => {
  it("is made of short names, options beside them, and repeated layers", () => {
    const { model: layers, loss, metrics, optimizer, folds, target } = read();
    expect(encode(layers)).toEqual({
      kind: "@nn/core#sequential",
      config: {
        layers: [
          encode(dense(4, { activation: tanh() })),
          encode(dense(4, { activation: tanh() })),
          encode(dense(1)),
        ],
      },
    });
    expect(loss.kind).toBe("@nn/losses#mse");
    expect(metrics.map(({ kind }) => kind)).toEqual(["@nn/metrics#r2"]);
    expect(encode(optimizer)).toEqual(encode(momentum({ learningRate: 0.1 })));
    expect(folds.config).toEqual({ folds: 3, shuffle: true });
    expect(target).toEqual(["price"]);
  });

  it("gives layers that are repeated parameters of their own", () => {
    const { layers } = read().model.config as { layers: Layer[] };
    expect(layers[0]).not.toBe(layers[1]);
    expect(layers[0]!.config["activation"]).not.toBe(layers[1]!.config["activation"]);
  });

  it("says the same in all forms", () => {
    const full = {
      kind: "@nn/layers-dense#dense",
      config: { units: 2, activation: encode(relu()) },
    };
    const inner = { kind: "relu" };
    for (const layer of [
      full,
      { kind: "dense", config: { units: 2, activation: "relu" } },
      { kind: "dense", units: 2, activation: inner },
      { kind: "@nn/layers-dense#dense", units: 2, activation: "@nn/layers-dense#relu" },
    ])
      expect(model(layer)).toEqual(full);
    expect(model([full, full])).toEqual(model({ kind: "sequential", layers: [full, full] }));
    expect(model({ kind: "residual", layer: [full, "relu"] })).toEqual(
      model({ kind: "residual", layer: { kind: "sequential", layers: [full, "relu"] } }),
    );
  });

  it("takes components inside of options", () => {
    const initializer = "heNormal";
    expect(model({ kind: "dense", units: 1, weights: { initializer }, bias: false })).toEqual(
      encode(dense(1, { weights: { initializer: heNormal() }, bias: false })),
    );
    const learningRate = { kind: "cosine", initial: 0.1, epochs: 5 };
    expect(encode(read({ optimizer: { kind: "momentum", learningRate } }).optimizer)).toEqual(
      encode(momentum({ learningRate: cosine({ initial: 0.1, epochs: 5 }) })),
    );
  });

  it("knows by the place which of two kinds of a name is meant", () => {
    const { loss, metrics } = read({ loss: "mae", metrics: ["mae"] });
    expect([loss.kind, metrics[0]!.kind]).toEqual(["@nn/losses#mae", "@nn/metrics#mae"]);
    const json = {
      kind: "dense",
      units: 1,
      weights: {
        initializer: { kind: "constant", value: 1 },
        optimizer: { kind: "sgd", learningRate: { kind: "constant", rate: 1 } },
      },
    };
    expect(JSON.stringify(model(json))).toContain(
      '"@nn/layers-dense#constant","config":{"value":1}',
    );
    expect(JSON.stringify(model(json))).toContain('"@nn/optimizers#constant","config":{"rate":1}');
  });

  it("takes names of columns for names, and not for kinds", () => {
    const pipeline = [
      { kind: "squared", columns: ["drop", { kind: "except", names: ["price"] }] },
      { kind: "rename", names: { kind: "sort", config: "order" } },
    ];
    const [squared, rename] = read({ pipeline }).pipeline!.config["steps"] as Layer[];
    expect(encode(squared!)).toEqual({
      kind: "@nn/preprocess#squared",
      config: {
        columns: ["drop", { kind: "@nn/preprocess#except", config: { names: ["price"] } }],
      },
    });
    expect(rename!.config["names"]).toEqual({ kind: "sort", config: "order" });
  });

  it("keeps what is shared shared", () => {
    const shared = { kind: "@nn/core#shared", config: { id: 1 } };
    const first = { kind: "dense", config: { units: 3 }, id: 1 };
    const { model: layers, json } = read({ model: [first, "relu", shared] });
    const list = layers.config["layers"] as unknown[];
    expect(list[0]).toBe(list[2]);
    expect(encode(read(json as never).model)).toEqual(encode(layers));
  });

  it("has defaults for what is left out, and holdout, members and all the rest for what is not", () => {
    const {
      batchSize: _,
      seed: _seed,
      folds: _folds,
      metrics: _metrics,
      name: _name,
      ...least
    } = houses;
    expect(readExperiment(least, { plugins })).toMatchObject({
      name: "experiment",
      metrics: [],
      members: 1,
      batchSize: 32,
      shuffle: true,
      seed: 0,
      dtype: "f32",
      monitor: "validation/loss",
      exactFigures: false,
      keep: "best",
      folds: { config: { folds: 5, shuffle: true } },
    });
    const more = {
      folds: { kind: "holdout", share: 0.3 },
      members: 2,
      average: "linear",
      ids: "id",
      weights: "w",
      keep: "all",
      monitor: "validation/r2",
    };
    expect(read(more)).toMatchObject({
      members: 2,
      ids: "id",
      weights: "w",
      keep: "all",
      folds: { config: { share: 0.3 } },
    });
  });

  it("makes new callbacks for every fold", () => {
    const { callbacks } = read({ callbacks: [{ kind: "earlyStopping", patience: 3 }] });
    expect(callbacks()[0]).not.toBe(callbacks()[0]);
    expect(callbacks()).toHaveLength(1);
  });

  it("resolves to JSON that reads as the same experiment, whatever lists it is read with", () => {
    const { json } = read({ callbacks: ["keepBest"], average: "linear", $schema: "./x.json" });
    expect(readExperiment(json, { plugins }).json).toEqual(json);
    expect(JSON.stringify(json)).not.toMatch(/"kind":"[^#"]*"/);
    expect(json["model"]).toEqual([
      { kind: "@nn/layers-dense#dense", units: 4, activation: { kind: "@nn/layers-dense#tanh" } },
      { kind: "@nn/layers-dense#dense", units: 4, activation: { kind: "@nn/layers-dense#tanh" } },
      { kind: "@nn/layers-dense#dense", units: 1 },
    ]);
  });
});

describe("kinds of other packages", () => {
  const wrap: Plugin = {
    kind: "@acme/layers#wrap",
    contract: 1,
    create: ({ inner, note }) => ({
      kind: "@acme/layers#wrap",
      config: { inner, note } as Config,
      apply: (_: unknown, x: unknown) => x,
    }),
  };
  const readWith = (list: readonly Plugin[], layer: Json) =>
    readExperiment({ ...houses, model: layer }, { plugins: [...plugins, ...list] });

  it("are found by short and full names, with components inside of them", () => {
    const expected = { kind: wrap.kind, config: { inner: encode(dense(2)), note: { kind: "x" } } };
    for (const kind of ["wrap", wrap.kind]) {
      const made = readWith([wrap], {
        kind,
        inner: { kind: "dense", units: 2 },
        note: { kind: "x" },
      });
      expect(encode(made.model)).toEqual(expected);
      expect(readExperiment(made.json, { plugins: [...plugins, wrap] }).json).toEqual(made.json);
    }
  });

  it("have to be told apart where a place does not tell", () => {
    const other = { ...wrap, kind: "@acme/other#wrap" };
    expect(() => readWith([wrap, other], "wrap")).toThrow(
      "/model: 'wrap' may be @acme/layers#wrap or @acme/other#wrap; write which of them",
    );
  });

  it("are refused where they cannot do what is needed, and where they are of another contract", () => {
    expect(() =>
      readExperiment({ ...houses, loss: wrap.kind }, { plugins: [...plugins, wrap] }),
    ).toThrow("/loss: '@acme/layers#wrap' is not a loss");
    expect(() => readWith([{ ...wrap, contract: 2 }], "wrap")).toThrow(
      /\/model: .* kernel contract 2/,
    );
  });
});

describe("what is wrong with an experiment", () => {
  it("is told all at once, with paths and the nearest names", () => {
    expect(
      linesOf({
        modle: 1,
        model: [{ kind: "dense", units: 2, activation: "rleu" }, { kind: "dense", units: -1 }, 7],
        optimizer: { kind: "momentum", learningrate: 0.1 },
        metrics: ["r3"],
        data: { flie: "x", file: "", types: { a: "strnig" } },
        keep: "bset",
      }),
    ).toEqual([
      "/model/0/activation: there is no layer 'rleu'; did you mean 'relu'?",
      "/model/1/units: dense: units must be a whole number from 1, got -1",
      '/model/2: expected a layer: a name, or { "kind": a name, … } with its options; got 7',
      "/metrics/0: there is no metric 'r3'; did you mean 'r2'?",
      "/optimizer/learningrate: @nn/optimizers#momentum has no option 'learningrate'; did you mean 'learningRate'?",
      "/modle: an experiment has no 'modle'; did you mean 'model'?",
      '/keep: expected "best", "ensemble", "all", got "bset"',
      '/data/file: expected the name of a file, got ""',
      "/data/flie: there is no option 'flie'; did you mean 'file'?",
      "/data/types/a: there is no type 'strnig'; did you mean 'string'?",
    ]);
  });

  it("names what is missing", () => {
    const { loss: _, epochs: _epochs, ...others } = houses;
    expect(() => readExperiment(others, { plugins })).toThrow(
      /2 problems.*\n {2}\/loss: is missing; expected a loss.*\n {2}\/epochs: is missing/,
    );
    expect(() => readExperiment([], { plugins })).toThrow("expected an object with data, target");
    expect(() => readExperiment(houses, {} as never)).toThrow("plugins must be a list");
    expect(() => readExperiment(houses, { plugins: [plugins] as never })).toThrow(
      `plugins[0] is no plugin, but a list of ${plugins.length}; pass the plugins of all packages in one list`,
    );
  });

  it("says which package has a kind that is not here", () => {
    expect(linesOf({ backend: "wasm" })).toEqual([
      "/backend: nothing here makes 'wasm'; install @nn/backend-wasm and pass its `plugins`, to nn by --plugin @nn/backend-wasm",
    ]);
    expect(linesOf({ loss: { kind: "@acme/losses#x" } })).toEqual([
      "/loss/kind: nothing here makes '@acme/losses#x'; install @acme/losses and pass its `plugins`, to nn by --plugin @acme/losses",
    ]);
  });

  it("names no package where the name has none", () => {
    expect(linesOf({ loss: "#mse" })[0]).toMatch(/^\/loss: there is no loss '#mse'; there are/);
  });

  it("says what a kind is that stands in a wrong place", () => {
    expect(linesOf({ loss: "r2" })[0]).toMatch(
      /^\/loss: 'r2' is a metric .* where a loss is needed; there are .*mse/,
    );
    expect(linesOf({ model: { kind: "fittedPipeline" } })[0]).toMatch(
      /is what only files of models have/,
    );
  });

  it("says of metrics that are tables that nothing is compared by them", () => {
    for (const name of ["confusionMatrix", "@nn/metrics#reliability"])
      expect(linesOf({ metrics: ["r2", name] })[0]).toMatch(
        /^\/metrics\/1: '.*' is a table of figures for `measure` \(@nn\/metrics#\w+\), where a metric is needed; there are accuracy, /,
      );
  });

  it("covers options of all sorts", () => {
    for (const [changes, line] of [
      [{ epochs: 1.5 }, "/epochs: expected a whole number from 1, got 1.5"],
      [{ ids: "price" }, "/ids: column 'price' is the target; name another one"],
      [
        { target: ["a", "w"], weights: "w" },
        "/weights: column 'w' is the target; name another one",
      ],
      [{ epochs: 0 }, "/epochs: expected a whole number from 1, got 0"],
      [{ folds: 1 }, "/folds: expected a whole number from 2, or a splitter, got 1"],
      [
        { folds: { kind: "holdout", share: 2 } },
        "/folds/share: holdout: share must be a number above 0 and below 1, got 2",
      ],
      [
        { target: [] },
        "/target: expected the name of a column, or a list of names, got a list of 0",
      ],
      [
        { target: ["a", "a"] },
        "/target: expected the name of a column, or a list of names, got a list of 2",
      ],
      [
        { metrics: ["r2", "r2"] },
        "/metrics/1: another figure is called 'r2' already; every figure needs a name of its own",
      ],
      [
        { monitor: "validation/r3" },
        "/monitor: there is no figure 'validation/r3'; did you mean 'validation/r2'?",
      ],
      [{ seed: 2 ** 53 }, "/seed: expected a whole number up to ±2⁵², got 9007199254740992"],
      [{ metrics: "r2" }, '/metrics: expected a list of metrics such as ["r2"], got "r2"'],
      [
        { data: "x.csv" },
        '/data: expected where the rows come from, as in { "file": "houses.csv" }, got "x.csv"',
      ],
      [
        { model: [{ kind: "relu", repeat: 0 }] },
        "/model/0/repeat: repeat must be a whole number from 1 to 1000, got 0",
      ],
      [
        { model: [{ kind: "relu", slope: 1 }] },
        "/model/0/slope: @nn/layers-dense#relu has no option 'slope'; it has none",
      ],
      [
        { backend: { kind: "js", threads: 2 } },
        "/backend/threads: @nn/backend-js#js has no option 'threads'; it has none",
      ],
    ] as const)
      expect(linesOf(changes as never)).toEqual([line]);
  });
});
