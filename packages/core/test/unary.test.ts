import { describe, expect, it } from "vitest";
import { abs, add, erf, gradient, max, sign, sum, tensor, type Tensor } from "@nn/core";
import { backend, f64, values } from "./support.ts";

describe("sign", () => {
  it("tells apart what is below, at and above 0, up to infinity; NaN stays NaN", () => {
    const x = f64([-Infinity, -2, -0, 0, 3, Infinity, NaN]);
    expect(values(sign(x))).toEqual([-1, -1, -0, 0, 1, 1, NaN]);
  });

  it("gives abs its gradient, and has none itself", () => {
    const x = f64([-Infinity, -2, 0, 3, Infinity]);
    expect(values(gradient((a: Tensor) => sum(abs(a)))(x))).toEqual([-1, -1, 0, 1, 1]);
    expect(values(gradient((a: Tensor) => sum(sign(a)))(x))).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("erf", () => {
  it("is never above 1, not even by rounding", () => {
    const x = tensor(
      backend,
      Float32Array.from({ length: 3000 }, (_, i) => i / 500 - 3),
    );
    expect(values(erf(x)).every((y) => Math.abs(y) <= 1)).toBe(true);
    const near = tensor(
      backend,
      Float32Array.from({ length: 3000 }, (_, i) => 3 + i / 3000),
    );
    expect(Math.max(...values(erf(near)))).toBe(1);
  });
});

describe("functions that primitives are made with", () => {
  it("have the names under which they are imported", () => {
    expect([abs, max, add].map((fn) => fn.name)).toEqual(["abs", "max", "add"]);
  });
});
