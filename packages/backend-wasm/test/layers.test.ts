import {
  applyModel,
  gradient,
  jit,
  type Layer,
  randomKey,
  sum,
  place,
  tensor,
  type Tensor,
} from "@nn/core";
import { elu, gelu, orthogonal, selu, softplus, swish } from "@nn/layers-dense";
import { afterAll, describe, expect, it } from "vitest";
import { wasm } from "../src/index.ts";

const backend = await wasm({ threads: 1 });
afterAll(() => backend.close?.());

/** Numbers of all sizes, almost to the ends of f32. */
const points = [0, 1e-30, 1e-6, 0.5, 3, 20, 90, 150, 1e6, 1e15, 1e25, 1e36].flatMap((x) => [x, -x]);

const activations: { readonly [name: string]: Layer } = {
  elu: elu(),
  selu: selu(),
  gelu: gelu(),
  "gelu, approximate": gelu({ approximate: true }),
  swish: swish(),
  softplus: softplus(),
};

describe.each(Object.entries(activations))("%s", (_, layer) => {
  it("has finite values, slopes and slopes of slopes for numbers of all sizes", () => {
    const fn = (x: Tensor): Tensor => applyModel(layer, { parameters: {}, state: {} }, x).output;
    const slope = gradient((x: Tensor) => sum(fn(x)));
    const curvature = gradient((x: Tensor) => sum(slope(x)));
    for (const dtype of ["f32", "f64"] as const) {
      const x = tensor(backend, points, { dtype });
      for (const one of [fn, slope, curvature])
        expect(Array.from(jit(one)(x).readSync()).every(Number.isFinite)).toBe(true);
    }
  });
});

describe.each([
  ["f32", 1e-5],
  ["f64", 1e-12],
] as const)("orthogonal in %s", (dtype, tolerance) => {
  it("has orthonormal columns", async () => {
    const [rows, columns] = [200, 96];
    const draw = jit((key: Tensor) => orthogonal().initialize(key, [rows, columns], dtype));
    const values = draw(await place(backend, randomKey(3))).readSync();
    let worst = 0;
    for (let a = 0; a < columns; a++)
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let row = 0; row < rows; row++)
          product += values[row * columns + a]! * values[row * columns + b]!;
        worst = Math.max(worst, Math.abs(product - Number(a === b)));
      }
    expect(worst).toBeLessThan(tolerance);
  });
});
