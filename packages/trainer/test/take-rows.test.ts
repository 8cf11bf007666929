import { js } from "@nn/backend-js";
import { ones, tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { type RowsTree, takeRows } from "../src/index.ts";

const backend = js();

describe("takeRows", () => {
  it.each<[string, RowsTree, RowsTree]>([
    [
      "nested arrays",
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [
        [5, 6],
        [1, 2],
        [5, 6],
      ],
    ],
    ["numbers", [1, 2, 3], [3, 1, 3]],
    ["booleans", [true, false, false], [false, true, false]],
    ["a typed array", Float32Array.of(1, 2, 3), Float32Array.of(3, 1, 3)],
    ["bytes of Node", Buffer.from([1, 2, 3]), Uint8Array.of(3, 1, 3)],
    [
      "an array with its shape",
      { data: Int8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 1, 2] },
      { data: Int8Array.of(5, 6, 1, 2, 5, 6), shape: [3, 1, 2] },
    ],
    [
      "a tree",
      { a: [[1], [2], [3]], b: [{ c: Float64Array.of(1, 2, 3) }, [true, true, false]] },
      { a: [[3], [1], [3]], b: [{ c: Float64Array.of(3, 1, 3) }, [false, true, false]] },
    ],
  ])("takes rows of %s", (_, data, expected) => {
    expect(takeRows(data, [2, 0, 2])).toEqual(expected);
  });

  it("takes rows of a data set, and leaves out what is undefined", () => {
    const data = { inputs: [[1], [2]], targets: [1, 2], weights: undefined as never };
    expect(takeRows(data, Int32Array.of(1))).toEqual({ inputs: [[2]], targets: [2] });
  });

  it("makes new tensors of tensors, on their backend", async () => {
    const mine = tensor(
      backend,
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: "f64" },
    );
    const taken = takeRows(mine, [1]);
    expect([taken.shape, taken.dtype, [...(await taken.read())]]).toEqual([[1, 2], "f64", [3, 4]]);
    taken.dispose();
    expect([...(await mine.read())]).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, RowsTree, ArrayLike<number>, string]>([
    [
      "a row that is not there",
      [1, 2],
      [0, 2],
      "must be whole and from 0 to 1, got 2 at position 1",
    ],
    ["a negative row", [1, 2], [-1], "must be whole and from 0 to 1, got -1 at position 0"],
    ["half a row", [1, 2], [0.5], "got 0.5 at position 0"],
    ["NaN", [1, 2], [Number.NaN], "got NaN at position 0"],
    ["no rows", [1, 2], [], "takeRows: expected at least one row number, got none"],
    ["no row numbers", [1, 2], undefined as never, "takeRows: expected row numbers, got undefined"],
    ["lengths that differ", { a: [1], b: [1, 2] }, [0], "takeRows: data.b: has 2 rows where"],
    ["constants", ones([2]), [0], "takeRows: data: is on no backend yet"],
    [
      "a shape that does not fit",
      { data: Float32Array.of(1, 2, 3), shape: [2, 2] },
      [0],
      "takeRows: data: shape [2, 2] does not hold the 3 elements",
    ],
    [
      "other arrays",
      Uint16Array.of(1) as never,
      [0],
      "takeRows: data: cannot take a Uint16Array, only Float32Array",
    ],
  ])("refuses %s", (_, data, rows, message) => {
    expect(() => takeRows(data, rows)).toThrow(message);
  });
});
