import { decode, encode, type Json } from "@nn/core";
import { anything, array, assert, constantFrom, jsonValue, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { extractDate, minMax, oneHot, pipeline, plugins, type Step } from "../src/index.ts";
import { tableOf } from "./table-of.ts";

const kinds = plugins.map(({ kind }) => kind);
const fitted = pipeline([extractDate("d", ["month"]), oneHot("kind"), minMax()]).fit(
  tableOf({ d: ["2014-01-01", "2014-02-01"], kind: ["a", "b"], x: [1, 2] }),
);
const text = JSON.stringify(encode(fitted));

describe("a file that is damaged or hostile", () => {
  it("is a pipeline that says what it cannot do, or an error in words", () => {
    const optionNames = constantFrom(
      "columns",
      "column",
      "names",
      "name",
      "steps",
      "pipeline",
      "states",
      "sources",
      "parts",
      "format",
      "range",
      "count",
      "by",
      "edges",
      "min",
      "max",
      "value",
      "with",
      "unknown",
      "levels",
      "buckets",
      "target",
      "folds",
      "seed",
      "rows",
      "share",
      "exponent",
      "type",
      "added",
    );
    const configs = array(
      array(jsonValue(), { minLength: 1, maxLength: 1 }).chain(([value]) =>
        optionNames.map((name) => [name, value] as const),
      ),
      { maxLength: 4 },
    ).map((entries) => Object.fromEntries(entries));
    assert(
      property(constantFrom(...kinds), configs, (kind, config) => {
        expectWords(() => decode({ kind, config } as unknown as Json, plugins));
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  it("is refused wherever one of its values is another", () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (Array.isArray(value)) value.forEach((child, i) => walk(child, [...path, i]));
      else if (typeof value === "object" && value)
        for (const [name, child] of Object.entries(value)) walk(child, [...path, name]);
    };
    walk(JSON.parse(text), []);
    for (const path of paths.slice(1))
      for (const bad of [
        null,
        -1,
        1e308,
        "x",
        [],
        {},
        [[]],
        true,
        [["x", [2, 1]]],
        { kind: "x" },
      ]) {
        const json = JSON.parse(text) as Record<string | number, unknown>;
        let at = json;
        for (const step of path.slice(0, -1)) at = at[step] as typeof at;
        at[path.at(-1)!] = bad;
        expectWords(() => {
          const again = decode(json as Json, plugins) as typeof fitted;
          again.transform(tableOf({ d: ["2014-01-01"], kind: ["a"], x: [1] }));
          again.revert(tableOf({ x: [1], kind_a: [1], kind_b: [0] }));
        });
      }
  });

  it("does not run code, and cannot name a way to", () => {
    for (const kind of ["@nn/preprocess#custom", "Function", "constructor", "__proto__"])
      expect(() => decode({ kind, config: { transform: "() => 1" } }, plugins)).toThrow(
        "decode: nothing here makes",
      );
  });

  it("may be nested as deeply as it likes", () => {
    let json: Json = { kind: kinds[0]!, config: { steps: [] } };
    for (let i = 0; i < 20_000; i++)
      json = { kind: "@nn/preprocess#pipeline", config: { steps: [json] } };
    expect(() => decode(json, plugins)).toThrow("decode: the JSON is nested too deep");
  });

  it("asks for no more memory than there is", () => {
    const bad: [string, Json][] = [
      ["hashEncode", { columns: ["x"], buckets: 1e15 }],
      ["bins", { columns: ["x"], count: 1e15 }],
      ["minMax", { columns: Array<string>(200_000).fill("x") }],
      ["only", { names: Array<string>(200_000).fill("x") }],
    ];
    for (const [name, config] of bad)
      expectWords(() => {
        const made = decode({ kind: `@nn/preprocess#${name}`, config }, plugins) as Step;
        made.fit?.({} as never);
      }, /must be/);
    const levels = Array.from({ length: 20_000 }, (_, i) => `${i}`);
    expect(() => oneHot("x").fitted([["x", levels]])).toThrow("is not what this step remembers");
  });

  it("has states of any kind, which no step takes for its own", () => {
    assert(
      property(anything(), record({ columns: array(jsonValue()) }), (state, more) => {
        const config = { ...JSON.parse(text).config, states: [null, state, more] } as Json;
        expectWords(() => decode({ kind: fitted.kind, config } as Json, plugins));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** Runs, and if it throws, then an error of ours and not of the engine. */
function expectWords(work: () => unknown, words?: RegExp): void {
  let error: unknown;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  if (words) expect(String(error)).toMatch(words);
  if (error !== undefined)
    expect((error as Error | undefined)?.name, String(error)).toBe("TensorError");
}
