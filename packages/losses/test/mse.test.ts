import { js } from "@nn/backend-js";
import { decode, encode, gradient, jit, mean, square, sum, tensor, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { mse, plugins } from "../src/index.ts";

const backend = js();
const prediction = tensor(
  backend,
  [
    [1, 2],
    [3, 5],
    [0, 0],
  ],
  { dtype: "f64" },
);
const target = tensor(
  backend,
  [
    [1, 4],
    [0, 4],
    [0, 0],
  ],
  { dtype: "f64" },
);

describe("mse", () => {
  it("is the mean of squared differences, for each example", () => {
    // By hand: (0 + 4) / 2, (9 + 1) / 2, 0.
    expect([...mse().values(prediction, target).readSync()]).toEqual([2, 5, 0]);
  });

  it("offers residuals, the mean of whose squares is the value", () => {
    const residuals = mse().residuals!(prediction, target);
    expect(residuals.shape).toEqual([3, 2]);
    expect([...mean(square(residuals), 1).readSync()]).toEqual([2, 5, 0]);
  });

  it("has the gradient 2 (prediction - target) / outputs", () => {
    const total = (p: Tensor): Tensor => sum(mse().values(p, target));
    expect([...jit(gradient(total))(prediction).readSync()]).toEqual([0, -2, 3, 1, 0, 0]);
  });

  it("takes one number per example, and more axes than one", () => {
    const row = tensor(backend, [1, 2, 4]);
    expect([
      ...mse()
        .values(row, tensor(backend, [1, 1, 1]))
        .readSync(),
    ]).toEqual([0, 1, 9]);
    const cube = tensor(backend, [
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect([
      ...mse()
        .values(cube, tensor(backend, new Float32Array(4), { shape: [1, 2, 2] }))
        .readSync(),
    ]).toEqual([7.5]);
    expect(mse().residuals!(cube, cube).shape).toEqual([1, 4]);
  });

  it("takes whole numbers as targets", () => {
    const labels = tensor(backend, Int32Array.of(1, 4, 0, 4, 0, 0), { shape: [3, 2] });
    expect([...mse().values(prediction, labels).readSync()]).toEqual([2, 5, 0]);
  });

  it("refuses a target of another shape, also one that would broadcast", () => {
    for (const target of [
      [[1, 2]],
      [
        [1, 2],
        [3, 4],
      ],
      5,
    ])
      expect(() => mse().values(tensor(backend, [[1], [2]]), tensor(backend, target))).toThrow(
        "give the model's last layer as many units as a target has values",
      );
    expect(() => mse().values(tensor(backend, [[1, 2]]), tensor(backend, [[1]]))).toThrow(
      "mse: the prediction is f32[1,2], the target f32[1,1]; give the model's last layer",
    );
  });

  it("passes NaN on, to the example that has it", () => {
    const broken = tensor(backend, [[Number.NaN], [1]]);
    expect([
      ...mse()
        .values(broken, tensor(backend, [[0], [0]]))
        .readSync(),
    ]).toEqual([Number.NaN, 1]);
  });

  it("comes back from JSON", () => {
    expect(encode(decode(encode(mse()), plugins))).toEqual({ kind: "@nn/losses#mse", config: {} });
  });
});
