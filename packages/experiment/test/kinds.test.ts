import { plugins as wasm } from "@nn/backend-wasm";
import { plugins as webgpu } from "@nn/backend-webgpu";
import { corePlugins, decode, encode, type Json } from "@nn/core";
import { plugins as own, readExperiment } from "@nn/experiment";
import { plugins as trainer } from "@nn/trainer";
import { plugins as kFold } from "@nn/trainer-kfold";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kindTable } from "../src/kinds/table.ts";
import { examples, placed, placedKinds, type PlacedRole } from "./examples.ts";
import { houses, plugins as others } from "./support.ts";

const plugins = [...others, ...wasm, ...webgpu, ...corePlugins, ...trainer, ...kFold, ...own];
const shortOf = (kind: string): string => kind.split("#")[1]!;

const readWith = (role: PlacedRole, json: Json) =>
  readExperiment({ ...houses, ...placed[role](json) }, { plugins }).json;

describe("every kind of our packages", () => {
  const kinds = plugins.map(({ kind }) => kind);

  it("is in the table, or only in files of models", () => {
    const known = [...Object.keys(kindTable.kinds), ...kindTable.internal];
    expect(known.toSorted()).toEqual([...new Set(kinds)].toSorted());
    expect(kindTable.internal).toEqual([
      "@nn/trainer-kfold#abreast",
      "@nn/trainer-kfold#pipelines",
      "@nn/preprocess#fittedPipeline",
    ]);
  });

  for (const { kind, role, options } of placedKinds)
    it(`can be written in short form: ${kind}`, () => {
      const config = examples[kind] ?? {};
      const slip = `${options.find((name) => name.length > 3) ?? "optio"}n`;
      const full = readWith(role, { kind, config: { ...config } });
      expect(readWith(role, { kind: shortOf(kind), ...config })).toEqual(full);
      if (Object.keys(config).length === 0 && role !== "scope")
        expect(readWith(role, shortOf(kind))).toEqual(full);
      expect(readExperiment(full, { plugins }).json).toEqual(full);
      expect(Object.keys(config).filter((name) => !options.includes(name))).toEqual([]);
      expect(() => readWith(role, { kind, ...config, [slip]: 1 })).toThrow(`no option '${slip}'`);
    });

  it("makes what decode makes of the same config", () => {
    for (const { kind, role, places = {} } of placedKinds) {
      if (!["layer", "loss", "optimizer"].includes(role) || Object.keys(places).length > 0)
        continue;
      const config = examples[kind] ?? {};
      const json = { ...houses, ...placed[role]({ kind: shortOf(kind), ...config }) };
      const { model, loss, optimizer } = readExperiment(json, { plugins });
      const part = { layer: model, loss, optimizer }[role as "layer"];
      expect(encode(part)).toEqual(encode(decode({ kind, config }, plugins)));
    }
  });
});

/** A component in any of its forms. */
const spell = (kind: string, config: { readonly [name: string]: Json }): fc.Arbitrary<Json> =>
  fc.constantFrom<Json>(
    { kind, config },
    { kind: shortOf(kind), config },
    { kind, ...config },
    { kind: shortOf(kind), ...config },
  );
const activation = fc.constantFrom<Json>(
  "relu",
  "tanh",
  { kind: "leakyRelu", slope: 0.3 },
  { kind: "@nn/layers-dense#elu", config: { alpha: 0.5 } },
);
const { layer } = fc.letrec<{ layer: Json }>((tie) => ({
  layer: fc.oneof(
    { depthSize: "small" },
    activation,
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), activation, fc.boolean())
      .chain(([units, act, bias]) =>
        spell("@nn/layers-dense#dense", { units, activation: act, bias }),
      ),
    fc.array(tie("layer"), { minLength: 1, maxLength: 3 }),
    tie("layer").chain((inner) => spell("@nn/core#residual", { layer: inner })),
    fc
      .array(tie("layer"), { minLength: 1, maxLength: 2 })
      .chain((layers) => spell("@nn/core#concat", { layers, axis: -1 })),
  ),
}));
const rate = fc.oneof(
  fc.double({ min: 1e-6, max: 1, noNaN: true }),
  fc
    .double({ min: 1e-6, max: 1, noNaN: true })
    .chain((initial) => spell("@nn/optimizers#cosine", { initial, epochs: 3 })),
);
const step = fc.oneof(
  fc.constantFrom<Json>("minMax", { kind: "log10", columns: ["a"] }),
  fc
    .array(
      fc.oneof(
        fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
        fc.constant({ kind: "except", names: ["y"] }),
      ),
      { minLength: 1 },
    )
    .chain((columns) => spell("@nn/preprocess#drop", { columns })),
);
const experiment = fc.record(
  {
    ...Object.fromEntries(
      Object.entries(houses).map(([name, value]) => [name, fc.constant<Json>(value)]),
    ),
    model: layer,
    optimizer: rate.chain((learningRate) => spell("@nn/optimizers#momentum", { learningRate })),
    pipeline: fc.array(step),
    folds: fc.oneof<fc.Arbitrary<Json>[]>(
      fc.integer({ min: 2, max: 9 }),
      spell("@nn/experiment#holdout", { share: 0.5 }),
    ),
    members: fc.integer({ min: 1, max: 5 }),
    seed: fc.integer(),
    keep: fc.constantFrom<Json>("best", "ensemble", "all"),
    shuffle: fc.boolean(),
  },
  { requiredKeys: ["data", "target", "model", "loss", "optimizer", "epochs", "backend"] as never },
);

describe("any experiment", () => {
  it("comes back from its JSON exactly", () => {
    fc.assert(
      fc.property(experiment, (json) => {
        const read = readExperiment(json as Json, { plugins });
        const text = JSON.stringify(read.json);
        const again = readExperiment(JSON.parse(text) as Json, { plugins });
        expect(JSON.stringify(again.json)).toBe(text);
        expect(encode(again.model)).toEqual(encode(read.model));
        expect(encode(again.optimizer)).toEqual(encode(read.optimizer));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
