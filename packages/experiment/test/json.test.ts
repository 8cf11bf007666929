import { type Json } from "@nn/core";
import { ExperimentError, locate, parseExperiment, setOption } from "@nn/experiment";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { houses } from "./support.ts";

describe("parseExperiment", () => {
  it("says where and why a text is no JSON", () => {
    for (const [text, message] of [
      ['{\n  "a": 1,\n}', "line 3, column 1: there is a comma before '}', and nothing behind it"],
      ['{ "a": 1 "b": 2}', "line 1, column 10: expected ',' or '}', got '\"'"],
      ["[1,\r\n2", "line 2, column 2: expected ',' or ']', got the end of the text"],
      [
        '{"a": "x\ny"}',
        "line 1, column 7: this text is not closed, or has a character in it that must be escaped",
      ],
      ['{"a": "\\q"}', "line 1, column 7: this text is not closed"],
      ["", "line 1, column 1: expected a value, got the end of the text"],
      ["{a: 1}", "line 1, column 2: expected a name in double quotes, got 'a'"],
      ["{'a': 1}", "line 1, column 2: expected a name in double quotes, got '''"],
      ['{"a" 1}', "line 1, column 6: expected ':' after the name 'a', got '1'"],
      ['{"a": tru}', "line 1, column 7: expected a value, got 't'"],
      ["[01]", "line 1, column 3: expected ',' or ']', got '1'"],
      ['{"a": NaN}', "line 1, column 7: expected a value, got 'N'"],
      ["{} // done", "line 1, column 4: expected the end of the text, got a comment"],
      [
        '{ /* a */ "a": 1}',
        "expected a name in double quotes, got a comment, which JSON has none of",
      ],
      ["[1/2]", "line 1, column 3: expected ',' or ']', got '/'"],
    ] as const) {
      expect(() => parseExperiment(text)).toThrow(message);
      expect(() => parseExperiment(text)).toThrow(ExperimentError);
      expect(() => JSON.parse(text)).toThrow();
    }
  });

  it("refuses names that are there twice, and nesting without end", () => {
    expect(() => parseExperiment('{"a": 1,\n "\\u0061": 2}')).toThrow(
      "line 2, column 2: this object has the name 'a' twice",
    );
    expect(() => parseExperiment("[".repeat(1e6))).toThrow("nested more than 1000 levels deep");
  });

  it("reads long texts without running out of stack", () => {
    const text = `["${"x".repeat(1.2e7)}"]`;
    expect(parseExperiment(text)).toEqual(JSON.parse(text));
  });

  it("says what it takes where that is no text", () => {
    expect(() => parseExperiment(new Uint8Array(3) as never)).toThrow(
      'parseExperiment: expected the text of a file, as of readFile(file, "utf8"), got { 0, 1, 2 }',
    );
  });

  it("reads what JSON.parse reads, and nothing else", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        let expected: unknown;
        try {
          expected = parseExperiment(text);
        } catch (error) {
          expect(String(error)).toContain("twice");
          return;
        }
        expect(expected).toEqual(JSON.parse(text));
      }),
      { seed: 5 },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\01-.etrufalsn \n') }), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) expect(parseExperiment(text)).toEqual(JSON.parse(text));
        else expect(() => parseExperiment(text)).toThrow(ExperimentError);
      }),
      { seed: 6, numRuns: 1000 },
    );
    expect(parseExperiment("\uFEFF{}")).toEqual({});
  });
});

it("locates values, or what is around those that are missing", () => {
  const text = '{\n  "model": ["relu", { "units": 3 }],\n  "a/b": { "~": 1 }\n}';
  expect(locate(text, "/model/1/units")).toEqual({ line: 2, column: 32 });
  expect(locate(text, "/model/1/unitz")).toEqual({ line: 2, column: 21 });
  expect(locate(text, "/model/7")).toEqual({ line: 2, column: 12 });
  expect(locate(text, "/a~1b/~0")).toEqual({ line: 3, column: 17 });
  expect(locate(text, "")).toEqual({ line: 1, column: 1 });
  expect(locate("{", "/model")).toEqual({ line: 1, column: 1 });
});

describe("setOption", () => {
  it("sets values of all sorts, in a copy", () => {
    const before = structuredClone(houses);
    expect(setOption(houses, "epochs", "100")).toEqual({ ...houses, epochs: 100 });
    expect(setOption(houses, "optimizer.learningRate", "0.05")).toMatchObject({
      optimizer: { kind: "momentum", learningRate: 0.05 },
    });
    expect(setOption(houses, "/optimizer/learningRate", '{"kind": "cosine"}')).toMatchObject({
      optimizer: { learningRate: { kind: "cosine" } },
    });
    expect(setOption(houses, "model.0.units", "32")).toMatchObject({
      model: [{ units: 32 }, { units: 1 }],
    });
    expect(setOption(houses, "model.2", "relu")).toMatchObject({ model: [{}, {}, "relu"] });
    expect(setOption(houses, "loss", "mae")).toMatchObject({ loss: "mae" });
    expect(setOption(houses, "ids", "id")).toMatchObject({ ids: "id" });
    expect(houses).toEqual(before);
  });

  it("gives bare names options, and finds those in a config", () => {
    expect(setOption(houses, "model.0.activation.slope", "0.1")).toMatchObject({
      model: [{ activation: { kind: "tanh", slope: 0.1 } }, {}],
    });
    expect(setOption(houses, "backend.threads", "2")).toMatchObject({
      backend: { kind: "js", threads: 2 },
    });
    const encoded = { optimizer: { kind: "@nn/optimizers#sgd", config: { learningRate: 1 } } };
    expect(setOption(encoded, "optimizer.learningRate", "2")).toEqual({
      optimizer: { kind: "@nn/optimizers#sgd", config: { learningRate: 2 } },
    });
  });

  it("refuses places that there cannot be, with the nearest name", () => {
    for (const [place, message] of [
      ["epoch", "/epoch: an experiment has no 'epoch'; did you mean 'epochs'?"],
      ["model.9.units", "/model: this list has the places 0 to 1, and no '9'"],
      ["model.x", "/model: this list has the places 0 to 1, and no 'x'"],
      ["epochs.x", "/epochs: 4 has no options; there is no 'x' in it"],
      ["", "names no place"],
      ["model..units", "names no place"],
      ["model.__proto__.x", "names no place"],
      ["constructor.prototype", "an experiment has no"],
    ] as const)
      expect(() => setOption(houses as Json, place, "1")).toThrow(message);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
