import { describe as describeModel, tensor } from "@nn/core";
import { expect, it } from "vitest";
import { flatten } from "../src/index.ts";
import { backend, outputOf } from "./support.ts";

it("puts all features of an example in one axis, in row-major order", () => {
  const data = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ];
  expect(outputOf(flatten(), data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(describeModel(flatten(), tensor(backend, data)).output).toEqual({
    shape: [2, 4],
    dtype: "f32",
  });
});

it("gives single numbers an axis of features", () => {
  expect(describeModel(flatten(), tensor(backend, [1, 2, 3])).output).toEqual({
    shape: [3, 1],
    dtype: "f32",
  });
});
