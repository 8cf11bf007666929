import { applyModel, tensor, type Tree } from "@nn/core";
import { describe, expect, it } from "vitest";
import { concatInputs } from "../src/index.ts";
import { backend } from "./support.ts";

const a = tensor(backend, [[1], [2]]);
const b = tensor(backend, [
  [3, 4],
  [5, 6],
]);

function joined(inputs: Tree, axis?: number): unknown {
  const layer = concatInputs(axis === undefined ? {} : { axis });
  const { output } = applyModel(layer, { parameters: {}, state: {} }, inputs);
  return [output.dtype, output.shape, [...output.readSync()]];
}

describe("concatInputs", () => {
  it("puts lists in their order, objects in that of their keys", () => {
    expect(joined([b, a])).toEqual(["f32", [2, 3], [3, 4, 1, 5, 6, 2]]);
    expect(joined({ b, a })).toEqual(["f32", [2, 3], [1, 3, 4, 2, 5, 6]]);
    expect(joined({ c: [a], b })).toEqual(["f32", [2, 3], [3, 4, 1, 5, 6, 2]]);
  });

  it("makes floats of what stands beside floats", () => {
    const flags = tensor(backend, [[true], [false]]);
    expect(joined([flags, a])).toEqual(["f32", [2, 2], [1, 1, 0, 2]]);
    expect(joined([flags, flags])).toEqual(["bool", [2, 2], [1, 1, 0, 0]]);
  });

  it("goes along another axis", () => {
    const c = tensor(backend, [[[1], [2]]]);
    expect(joined([c, c], 1)).toEqual(["f32", [1, 4, 1], [1, 2, 1, 2]]);
  });

  it("refuses the axis of the examples, of which there would be more than before", () => {
    expect(() => joined([a, a], 0)).toThrow("concatInputs: axis 0 of [2, 1] holds the examples");
    const column = tensor(backend, [1, 2]);
    expect(() => joined([column, a])).toThrow(
      "concatInputs: axis -1 of [2] holds the examples; choose one of the features, " +
        "or give single numbers an axis of their own with reshape([1])",
    );
  });

  it("refuses parts that do not fit, no parts, and wrong options", () => {
    expect(() => joined([tensor(backend, [[1]]), a])).toThrow(
      "concat: expected operands that differ in the length of axis 1 alone, got f32[1,1] and f32[2,1]",
    );
    expect(() => joined([])).toThrow("concat: expected at least one tensor, got none");
    expect(() => joined([a], 2)).toThrow("concat: expected an axis from -2 to 1 of [2, 1], got 2");
    expect(() => concatInputs({ axis: 1.5 })).toThrow(
      "concatInputs: axis must be a whole number, got 1.5",
    );
  });
});
