import { normal } from "@nn/core";
import { describe, expect, it } from "vitest";
import { alphaDropout, gaussianDropout, gaussianNoise } from "../src/index.ts";
import { inputOf, keyOf, momentsOf, outputOf } from "./support.ts";

const normals = inputOf(
  [200, 200],
  Array.from(normal(keyOf(9), [40_000], { dtype: "f64" }).readSync()),
);

describe("gaussianNoise", () => {
  it("adds numbers with its deviation and mean 0", () => {
    const { mean, deviation } = momentsOf(outputOf(gaussianNoise(0.3), inputOf([200, 200])));
    expect(Math.abs(mean - 1)).toBeLessThan(0.006);
    expect(Math.abs(deviation - 0.3)).toBeLessThan(0.006);
  });
});

describe("gaussianDropout", () => {
  it("multiplies by numbers with the mean and variance that those of dropout have", () => {
    const x = inputOf([200, 200], Array(40_000).fill(3));
    const { mean, deviation } = momentsOf(outputOf(gaussianDropout(0.2), x));
    expect(Math.abs(mean - 3)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 3 * Math.sqrt(0.2 / 0.8))).toBeLessThan(0.03);
  });
});

describe("alphaDropout", () => {
  it("keeps mean 0 and deviation 1", () => {
    for (const rate of [0.05, 0.3, 0.6]) {
      const { mean, deviation } = momentsOf(outputOf(alphaDropout(rate), normals));
      expect(Math.abs(mean)).toBeLessThan(0.03);
      expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
    }
  });

  it("sets what it drops to the lowest value of selu, scaled and shifted like the rest", () => {
    // For a rate of 0.5: a = 1 / √(0.5 · (1 + 0.5 α²)), b = -0.5 a α, with α = -1.7580993408473766.
    const alpha = -1.7580993408473766;
    const a = 1 / Math.sqrt(0.5 * (1 + 0.5 * alpha ** 2));
    const b = -0.5 * a * alpha;
    const values = new Set(outputOf(alphaDropout(0.5), inputOf([100])));
    const sorted = [...values].toSorted((x, y) => x - y);
    expect(sorted).toHaveLength(2);
    expect(sorted[0]).toBeCloseTo(a * alpha + b, 12);
    expect(sorted[1]).toBeCloseTo(a + b, 12);
  });
});

describe("noise layers", () => {
  it("refuse rates and deviations that they cannot use", () => {
    expect(() => alphaDropout(1)).toThrow(
      "alphaDropout: rate must be a number from 0 to below 1, got 1",
    );
    expect(() => gaussianDropout(Number.NaN)).toThrow(
      "gaussianDropout: rate must be a number from 0 to below 1, got NaN",
    );
    expect(() => gaussianNoise(-1)).toThrow(
      "gaussianNoise: deviation must be a finite number from 0, got -1",
    );
    expect(() => gaussianNoise("1" as never)).toThrow(
      "gaussianNoise: deviation must be a finite number from 0, got 1",
    );
  });

  it("leave predictions as they are", () => {
    for (const layer of [alphaDropout(0.5), gaussianDropout(0.5), gaussianNoise(2)])
      expect(outputOf(layer, inputOf([2, 2]), 1, false)).toEqual([1, 1, 1, 1]);
  });
});
