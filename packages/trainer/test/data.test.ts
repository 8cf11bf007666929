import { js } from "@nn/backend-js";
import { ones, tensor, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { type DataSet, type RowsTree, upload, uploadSet } from "../src/data/data.ts";

const backend = js();

function one(
  data: RowsTree,
  dtype: "f32" | "f64" = "f32",
): { shape: readonly number[]; dtype: string; values: number[] } {
  const { tree } = upload<Tensor>("test: data", backend, data, dtype);
  return { shape: tree.shape, dtype: tree.dtype, values: [...tree.readSync()] };
}

describe("upload", () => {
  it.each<[string, RowsTree, ReturnType<typeof one>]>([
    [
      "nested arrays",
      [
        [1, 2],
        [3, 4],
      ],
      { shape: [2, 2], dtype: "f32", values: [1, 2, 3, 4] },
    ],
    ["booleans", [true, false], { shape: [2], dtype: "bool", values: [1, 0] }],
    ["a typed array", Float64Array.of(1, 2), { shape: [2], dtype: "f32", values: [1, 2] }],
    ["whole numbers", Int32Array.of(1, 2), { shape: [2], dtype: "i32", values: [1, 2] }],
    [
      "rows of typed arrays",
      [Float32Array.of(1, 2)],
      { shape: [1, 2], dtype: "f32", values: [1, 2] },
    ],
    [
      "bytes with a shape",
      { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] },
      { shape: [2, 2], dtype: "u8", values: [1, 2, 3, 4] },
    ],
  ])("takes %s", (_, data, expected) => {
    expect(one(data)).toEqual(expected);
  });

  it("turns floating-point numbers into the dtype that is asked for", () => {
    expect(one([[0.1]], "f64")).toEqual({ shape: [1, 1], dtype: "f64", values: [0.1] });
    expect(one(Float32Array.of(0.5), "f64").dtype).toBe("f64");
  });

  it("takes arrays and objects of tensors, in their form", () => {
    const { tree, rows } = upload<{ a: Tensor; list: Tensor[] }>(
      "test: data",
      backend,
      { a: [[1], [2]], list: [tensor(backend, [1, 2]), { data: Int8Array.of(3, 4), shape: [2] }] },
      "f32",
    );
    expect(rows).toBe(2);
    expect([tree.a.dtype, tree.list[0]!.dtype, tree.list[1]!.dtype]).toEqual(["f32", "f32", "i8"]);
  });

  it("gives back what it uploaded, and leaves the caller's tensors alone", () => {
    const mine = tensor(backend, [1, 2]);
    const { tree, release } = upload<Tensor[]>(
      "test: data",
      backend,
      [mine, { data: Int32Array.of(1, 2), shape: [2] }],
      "f32",
    );
    release();
    expect([...mine.readSync()]).toEqual([1, 2]);
    expect(() => tree[1]!.readSync()).toThrow("was disposed of");
  });

  it.each<[string, RowsTree, string]>([
    [
      "nothing",
      undefined as never,
      "test: data: expected a tensor, nested arrays of numbers or { data, shape }, got undefined",
    ],
    [
      "text",
      "0, 1" as never,
      "test: data: expected a tensor, nested arrays of numbers or { data, shape }, got 0, 1",
    ],
    ["an object without data", {}, "test: data: expected at least one tensor or array, got none"],
    [
      "a single number",
      3,
      "test: data: a single number is no data; the examples stand along axis 0",
    ],
    [
      "a scalar constant",
      ones([]),
      "test: data: a single number is no data; the examples stand along axis 0",
    ],
    [
      "a first value that is missing",
      [[null, 1]] as never,
      "test: data: tensor: data[0][0] is null, expected a number",
    ],
    ["no rows", { x: ones([0, 2]) }, "test: data.x: expected at least one row, got none"],
    [
      "a shape that does not hold the data",
      { data: Float32Array.of(1, 2, 3), shape: [2, 2] },
      "test: data: tensor: shape [2, 2] does not hold the 3 elements that were given",
    ],
    [
      "rows that differ in number",
      { a: [1, 2], b: [1, 2, 3] },
      "test: data.b: has 3 rows where test: data.a has 2; give every example a row in each",
    ],
  ])("refuses %s", (_, data, message) => {
    expect(() => upload("test: data", backend, data, "f32")).toThrow(message);
  });
});

describe("uploadSet", () => {
  it.each<[string, object, string]>([
    [
      "a name that is none",
      { weight: [1, 2] },
      "test: data: a data set has no 'weight'; there are inputs, targets and weights",
    ],
    [
      "weights that are whole numbers",
      { weights: Int32Array.of(1, 2) },
      "test: data.weights: expected one floating-point number a row, [2], got i32[2]; pass Float32Array.from(weights)",
    ],
    ["weights in columns", { weights: [[1], [2]] }, "[2], got f32[2,1]"],
    ["a tree of weights", { weights: { a: [1, 2] } }, "[2], got { a }"],
  ])("refuses %s", async (_, changes, message) => {
    const data = { inputs: [1, 2], targets: [1, 2], ...changes } as DataSet;
    await expect(uploadSet("test: data", backend, data, "f32")).rejects.toThrow(message);
  });
});
