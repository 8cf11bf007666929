import type { Json } from "@nn/core";
import { Ajv } from "ajv";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { readSources } from "../../../tools/schema/kinds.ts";
import { experimentSchema, kindTable as tableOf } from "../../../tools/schema/schema.ts";
import { kindTable } from "../src/kinds/table.ts";
import { examples, placed, placedKinds } from "./examples.ts";
import { houses, read } from "./support.ts";

let schema: object;
let validate: (json: unknown) => boolean;
beforeAll(async () => {
  schema = JSON.parse(
    await readFile(new URL("../experiment.schema.json", import.meta.url), "utf8"),
  ) as object;
  validate = new Ajv({
    strict: true,
    allowUnionTypes: true,
    strictTuples: false,
    strictTypes: false,
  }).compile(schema);
});

describe("experiment.schema.json", () => {
  it(
    "is what follows from the types of factories; `npm run schema` makes it anew",
    { timeout: 60_000 },
    async () => {
      const sources = await readSources();
      expect(schema).toEqual(JSON.parse(JSON.stringify(experimentSchema(sources))));
      expect(kindTable).toEqual(tableOf(sources));
    },
  );

  it("accepts experiments in short and in full form", () => {
    for (const json of [
      houses,
      read().json,
      read({ callbacks: ["keepBest"], average: "softmax", ids: "id", weights: "w" }).json,
      { ...houses, $schema: "x", members: 3, keep: "all", folds: { kind: "holdout", share: 0.2 } },
      { ...houses, model: { kind: "@acme/layers#wide", width: 3 }, loss: "@acme/losses#own" },
      { ...houses, pipeline: { kind: "pipeline", steps: ["minMax"] } },
    ])
      expect([validate(json), json]).toEqual([true, json]);
  });

  it("accepts every kind with its options", () => {
    for (const { kind, role } of placedKinds) {
      const changed = placed[role]({ kind, ...examples[kind] });
      expect([validate({ ...houses, ...changed }), kind]).toEqual([true, kind]);
    }
  });

  it("refuses what readExperiment refuses", () => {
    for (const changes of [
      { epochs: 0 },
      { epochs: "5" },
      { modle: 1 },
      { model: "rleu" },
      { model: [] },
      { model: [{ kind: "dense" }] },
      { model: [{ kind: "dense", units: 2, activation: "rleu" }] },
      { model: [{ kind: "dense", units: 2, activaton: "relu" }] },
      { model: [{ kind: "relu", repeat: 0 }] },
      { loss: "r2" },
      { optimizer: { kind: "momentum", learningRate: "fast" } },
      { pipeline: [{ kind: "extractDate", column: "d", parts: ["moon"] }] },
      { data: { file: "a.csv", types: { a: "strnig" } } },
      { data: {} },
      { keep: "bset" },
      { backend: { kind: "wasm", numerics: "sloppy" } },
      { target: 3 },
    ] as { [name: string]: Json }[]) {
      expect([validate({ ...houses, ...changes }), changes]).toEqual([false, changes]);
      expect(() => read(changes)).toThrow();
    }
  });

  it("describes what an editor shows", () => {
    const { properties, definitions } = schema as {
      properties: { [name: string]: { description: string } };
      definitions: { [name: string]: { description?: string } };
    };
    expect(properties["epochs"]!.description).toMatch(/How many times/);
    expect(definitions["layers-dense.dense"]!.description).toMatch(/fully connected layer/);
    expect(definitions["layers-dense.dense"]!.description).not.toMatch(/```/);
    expect(JSON.stringify(schema)).not.toMatch(/\/work\/|file:/);
  });
});
