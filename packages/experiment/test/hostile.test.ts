import { type Json } from "@nn/core";
import { ExperimentError, parseExperiment, readExperiment } from "@nn/experiment";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { houses, linesOf, plugins, read } from "./support.ts";

const nested = (depth: number, wrap: (inner: Json) => Json): Json => {
  let json: Json = "relu";
  for (let i = 0; i < depth; i++) json = wrap(json);
  return json;
};

describe("hostile JSON", () => {
  it("is refused where it is nested deep, whatever it is made of", () => {
    for (const wrap of [
      (layer: Json): Json => [layer],
      (layer: Json): Json => ({ kind: "residual", layer }),
    ])
      for (const depth of [100, 100_000])
        expect(linesOf({ model: nested(depth, wrap) })[0]).toMatch(
          /nested more than 64 levels deep/,
        );
    const endless: Json[] = [];
    endless.push(endless);
    expect(linesOf({ model: endless })[0]).toMatch(/nested more than 64 levels deep/);
  });

  it("changes no prototype, and finds nothing there", () => {
    const json = parseExperiment(
      JSON.stringify({ ...houses, model: "X" }).replace(
        '"X"',
        '{"kind":"dense","units":1,"__proto__":{"polluted":true}}',
      ),
    );
    expect(() => readExperiment(json, { plugins })).toThrow(
      "/model/__proto__: nothing can be called '__proto__' here",
    );
    for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      expect(linesOf({ loss: name })[0]).toMatch(/^\/loss: there is no loss/);
      expect(linesOf({ [name === "__proto__" ? "x" : name]: 1 })[0]).toMatch(
        /an experiment has no/,
      );
      expect(linesOf({ data: { file: "a", types: { a: name } } })[0]).toMatch(/there is no type/);
    }
    expect(linesOf({ loss: { kind: "huber", constructor: 1 } })[0]).toMatch(
      /\/loss\/constructor: .* no option/,
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("cannot ask for more than there is room for", () => {
    expect(linesOf({ model: [{ kind: "relu", repeat: 1e9 }] })[0]).toMatch(
      /repeat must be a whole number from 1 to 1000/,
    );
    const layers = nested(6, (inner) => [{ kind: "sequential", layers: [inner], repeat: 1000 }]);
    expect(linesOf({ model: layers })).toEqual(["/model: this has more than 20000 components"]);
    expect(linesOf({ model: Array.from({ length: 50_000 }, () => "relu") })[0]).toMatch(
      /more than 20000 components/,
    );
    expect(linesOf({ members: 1e9 })).toEqual([
      "/members: expected a whole number from 1 to 1000, got 1000000000",
    ]);
    expect(linesOf({ loss: "x".repeat(1e6) })[0]!.length).toBeLessThan(1000);
    const problems = linesOf({ model: Array.from({ length: 5000 }, (_, i) => `layer${i}`) });
    expect(problems.length).toBe(100);
  });

  it("may have long lists of plain values", () => {
    const labels = Array.from({ length: 200_000 }, (_, row) => row % 7);
    expect(read({ folds: { kind: "stratified", labels } }).folds.config["labels"]).toHaveLength(
      200_000,
    );
  });

  it("of wrong types anywhere is told as problems, and as nothing else", () => {
    const parts = Object.keys(houses);
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue({ maxDepth: 4 }), (name, value) => {
        try {
          read({ [name]: value as Json });
        } catch (error) {
          expect(error).toBeInstanceOf(ExperimentError);
          for (const { path } of (error as ExperimentError).problems)
            expect(path).toMatch(/^(\/.*)?$/s);
        }
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it("in place of any value inside is told as problems, and as nothing else", () => {
    const places: (readonly (string | number)[])[] = [];
    const collect = (json: unknown, path: readonly (string | number)[]): void => {
      places.push(path);
      if (typeof json === "object" && json !== null)
        for (const [name, value] of Object.entries(json))
          collect(value, [...path, Array.isArray(json) ? Number(name) : name]);
    };
    collect(houses, []);
    const set = (
      json: unknown,
      [name, ...rest]: readonly (string | number)[],
      value: unknown,
    ): unknown => {
      if (name === undefined) return value;
      const copy = structuredClone(json) as { [name: string]: unknown };
      copy[name] = set(copy[name], rest, value);
      return copy;
    };
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
        try {
          readExperiment(set(houses, place, value) as Json, { plugins });
        } catch (error) {
          expect(error).toBeInstanceOf(ExperimentError);
        }
      }),
      { numRuns: 500, seed: 12 },
    );
  });

  it("runs no code that stands in it", () => {
    const code = "globalThis.hacked = true";
    linesOf({
      model: { kind: `data:text/javascript,${code}` },
      loss: `x#(${code})`,
      backend: { kind: "js", config: { toJSON: code } },
    });
    expect((globalThis as { hacked?: boolean }).hacked).toBeUndefined();
  });
});
