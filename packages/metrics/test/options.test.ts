import { decode, type Json, type Metric } from "@nn/core";
import { expect, it } from "vitest";
import { f1, plugins, precision, topK } from "../src/index.ts";

const refused: readonly [metric: string, config: Json, message: string][] = [
  ["accuracy", { from: "sigmoid" }, 'accuracy: from must be "logits" or "probabilities"'],
  ["accuracy", { threshold: 0 }, "threshold must be a probability between 0 and 1, got 0"],
  ["accuracy", { treshold: 0.3 }, "there is no option 'treshold'; there are from, threshold"],
  ["f1", { average: "samples" }, 'f1: average must be "binary", "macro", "micro" or "weighted"'],
  ["precision", { threshold: "0.5" }, "precision: threshold must be a probability"],
  ["recall", { from: null }, 'recall: from must be "logits" or "probabilities", got null'],
  ["r2", { adjusted: true }, "r2: there is no option 'adjusted'; it has none"],
  ["topK", { k: 0 }, "topK: k must be a whole number from 1, got 0"],
  ["topK", { k: 2.5 }, "topK: k must be a whole number from 1, got 2.5"],
  ["rocAuc", { average: "micro" }, "rocAuc: there is no option 'average'; there are from"],
  ["prAuc", { from: 1 }, 'prAuc: from must be "logits" or "probabilities", got 1'],
  ["calibrationError", { bins: 0 }, "calibrationError: bins must be a whole number from 1, got 0"],
  ["reliability", { bins: "10" }, 'reliability: bins must be a whole number from 1, got "10"'],
  ["confusionMatrix", { normalize: true }, "confusionMatrix: there is no option 'normalize'"],
];

it.each(refused)("%s refuses %j", (metric, config, message) => {
  expect(() => decode({ kind: `@nn/metrics#${metric}`, config }, plugins)).toThrow(message);
});

it("refuses options that are no object", () => {
  expect(() => topK(3 as never)).toThrow("topK: expected options such as { k: … }, got 3");
});

it("names metrics after what would tell them apart", () => {
  const names = [precision(), f1({ average: "macro" }), f1({ average: "micro" }), topK({ k: 3 })];
  expect(names.map(({ name }) => name)).toEqual(["precision", "macroF1", "microF1", "top3"]);
});

it("makes every kind again, tables among them", () => {
  for (const { kind, create } of plugins) {
    const made = create({}) as Metric;
    expect(made.kind).toBe(kind);
    expect((create(made.config) as Metric).config).toEqual(made.config);
  }
});
