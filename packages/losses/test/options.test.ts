import { decode, type Json } from "@nn/core";
import { expect, it } from "vitest";
import { plugins } from "../src/index.ts";

const refused: readonly [loss: string, config: Json, message: string][] = [
  ["huber", { delta: 0 }, "huber: delta must be a finite number above 0, got 0"],
  ["huber", { delta: "1" }, 'huber: delta must be a finite number above 0, got "1"'],
  ["huber", { threshold: 1 }, "huber: there is no option 'threshold'; there are delta"],
  ["mse", { reduction: "sum" }, "mse: there is no option 'reduction'; it has none"],
  ["quantile", { level: "0.5" }, 'level must be a number between 0 and 1, got "0.5"'],
  ["quantile", {}, "quantile: level must be a number between 0 and 1, got undefined"],
  ["quantile", { level: 1 }, "quantile: level must be a number between 0 and 1, got 1"],
  ["crossEntropy", { from: "softmax" }, 'crossEntropy: from must be "logits" or "probabilities"'],
  ["crossEntropy", { labelSmoothing: 1 }, "labelSmoothing must be a number from 0 to below 1"],
  ["crossEntropy", { classWeights: [1] }, "classWeights must be a list of one number per class"],
  ["crossEntropy", { classWeights: null }, "one number per class, got null"],
  ["crossEntropy", { classWeights: [1, -1] }, "classWeights[1] must be a finite number from 0"],
  ["binaryCrossEntropy", { classWeights: [1, 2, 3] }, "one number per class, of 2, got [1,2,3]"],
  ["binaryCrossEntropy", { from: 1 }, 'from must be "logits" or "probabilities", got 1'],
  ["focal", { gamma: -1 }, "focal: gamma must be a finite number from 0, got -1"],
  ["focal", { alpha: 0.25 }, "focal: there is no option 'alpha'; there are gamma, classWeights"],
  ["binaryFocal", { classWeights: "balanced" }, "binaryFocal: classWeights must be a list"],
  ["hinge", { squared: 1 }, "hinge: squared must be true or false, got 1"],
  ["binaryHinge", { squared: "no" }, 'binaryHinge: squared must be true or false, got "no"'],
  ["gaussianNll", { minVariance: 0 }, "minVariance must be a finite number above 0, got 0"],
];

it.each(refused)("%s refuses %j", (loss, config, message) => {
  expect(() => decode({ kind: `@nn/losses#${loss}`, config }, plugins)).toThrow(message);
});

it("refuses NaN and options that are no object", () => {
  const create = (kind: string, config: unknown): unknown =>
    plugins.find((plugin) => plugin.kind === `@nn/losses#${kind}`)!.create(config as never);
  expect(() => create("huber", { delta: Number.NaN })).toThrow("got NaN");
  expect(() => create("huber", 0.5)).toThrow(
    "huber: expected options such as { delta: … }, got 0.5",
  );
});
