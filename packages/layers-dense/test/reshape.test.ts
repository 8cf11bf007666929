import { describe as describeModel, sequential, zeros } from "@nn/core";
import { describe, expect, it } from "vitest";
import { reshape } from "../src/index.ts";
import { outputOf } from "./support.ts";

const shapeAfter = (shape: readonly number[], input: readonly number[]): unknown =>
  describeModel(sequential({ hidden: reshape(shape) }), zeros(input)).output;

describe("reshape", () => {
  it("gives each example the shape, in row-major order", () => {
    expect(shapeAfter([3, 4], [5, 12])).toEqual({ shape: [5, 3, 4], dtype: "f32" });
    expect(outputOf(reshape([2, 1]), [[1, 2]])).toEqual([1, 2]);
  });

  it("works out a length of -1", () => {
    expect(shapeAfter([2, -1], [5, 3, 4])).toMatchObject({ shape: [5, 2, 6] });
    expect(shapeAfter([-1], [0, 3, 4])).toMatchObject({ shape: [0, 12] });
  });

  it("takes examples that are single numbers, and gives them", () => {
    expect(shapeAfter([1], [5])).toMatchObject({ shape: [5, 1] });
    expect(shapeAfter([], [5, 1])).toMatchObject({ shape: [5] });
  });

  it("refuses shapes that are none", () => {
    for (const [shape, shown] of [
      [[0], "[0]"],
      [[-1, 2, -1], "[-1, 2, -1]"],
      [[1.5], "[1.5]"],
      [["2"], "[2]"],
      [12, "12"],
      [undefined, "undefined"],
    ] as const)
      expect(() => reshape(shape as never)).toThrow(
        `reshape: expected the shape of an example, whole numbers from 1 of which one may be -1, got ${shown}`,
      );
  });

  it("refuses examples that do not fit", () => {
    for (const shape of [
      [3, 4],
      [3, -1],
    ])
      expect(() => shapeAfter(shape, [5, 2, 5])).toThrow(
        `reshape: 'hidden' makes examples of [${shape.join(", ")}], which do not hold the 10 elements of [2, 5]`,
      );
  });
});
