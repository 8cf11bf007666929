import { type DType, type Initializer, jit, place, randomKey, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normal,
  ones,
  truncatedNormal,
  uniform,
  varianceScaling,
  zeros,
} from "../src/index.ts";
import { backend } from "./support.ts";

async function draw(
  initializer: Initializer,
  shape: readonly number[],
  dtype: DType = "f32",
  seed = 3,
): Promise<number[]> {
  const key = await place(backend, randomKey(seed));
  const values = jit((k: Tensor) => initializer.initialize(k, shape, dtype))(key);
  expect([values.shape, values.dtype]).toEqual([shape, dtype]);
  return [...(await values.read())];
}

function moments(values: readonly number[]): { mean: number; variance: number; limit: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance, limit: Math.max(...values.map(Math.abs)) };
}

describe("constant initializers", () => {
  it("give one value everywhere", async () => {
    expect(await draw(zeros(), [2, 2])).toEqual([0, 0, 0, 0]);
    expect(await draw(ones(), [3])).toEqual([1, 1, 1]);
    expect(await draw(constant(0.25), [2], "f64")).toEqual([0.25, 0.25]);
  });
});

/** For 40,000 draws; four standard errors of the variance are about 6 % for normal numbers, 3 % for uniform ones. */
const statistics: [string, Initializer, number][] = [
  ["uniform", uniform({ low: -1, high: 1 }), 1 / 3],
  ["normal", normal({ deviation: 0.5 }), 0.25],
  ["glorotUniform", glorotUniform(), 2 / 500],
  ["glorotNormal", glorotNormal(), 2 / 500],
  ["heUniform", heUniform(), 2 / 400],
  ["heNormal", heNormal(), 2 / 400],
];

describe.each(statistics)("%s", (name, initializer, variance) => {
  it("has mean 0 and the variance it aims at", async () => {
    const found = moments(await draw(initializer, [400, 100]));
    expect(Math.abs(found.mean)).toBeLessThan((4 * Math.sqrt(variance)) / 200);
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.06);
    if (/uniform/i.test(name))
      expect(found.limit).toBeLessThanOrEqual(Math.sqrt(3 * variance) * (1 + 1e-6));
  });

  it("depends on the key alone", async () => {
    const [first, again, other] = [3, 3, 4].map((seed) => draw(initializer, [5, 3], "f64", seed));
    expect(await again).toEqual(await first);
    expect(await other).not.toEqual(await first);
  });
});

describe("truncatedNormal", () => {
  it("ends two deviations from the mean, and deviates 0.88 times as much", async () => {
    const values = await draw(truncatedNormal({ mean: 1, deviation: 0.5 }), [400, 100]);
    const found = moments(values);
    expect(Math.abs(found.mean - 1)).toBeLessThan((4 * 0.44) / 200);
    expect(Math.abs(Math.sqrt(found.variance) / (0.5 * 0.8796256610342398) - 1)).toBeLessThan(0.02);
    expect(Math.max(...values)).toBeLessThan(2);
    expect(Math.min(...values)).toBeGreaterThan(0);
    // What was outside is drawn again, not moved to the border.
    expect(values.filter((x) => Math.abs(x - 1) > 0.9999).length).toBeLessThan(20);
  });
});

describe("initializers refuse", () => {
  const wrong: [() => unknown, string][] = [
    [() => constant(Number.NaN), "constant: value must be a finite number, got NaN"],
    [() => constant("1" as never), "constant: value must be a finite number, got 1"],
    [
      () => uniform({ low: 1, high: 0 }),
      "uniform: low must not be above high, got low 1 and high 0",
    ],
    [() => uniform({ high: NaN }), "uniform: high must be a finite number, got NaN"],
    [() => uniform({ min: 1 } as never), "uniform: there is no option 'min'; there are low, high"],
    [() => normal({ deviation: -1 }), "normal: deviation must be a finite number from 0, got -1"],
    [
      () => truncatedNormal({ mean: Infinity }),
      "truncatedNormal: mean must be a finite number, got Infinity",
    ],
    [
      () => varianceScaling({ scale: 0 }),
      "varianceScaling: scale must be a finite number above 0, got 0",
    ],
    [
      () => varianceScaling({ fan: "toString" as never }),
      "varianceScaling: fan must be one of in, out, average, got toString",
    ],
    [
      () => varianceScaling({ distribution: 3 as never }),
      "varianceScaling: distribution must be one of normal, uniform, got 3",
    ],
  ];

  it.each(wrong.map(([make, message]) => [message, make] as const))("%s", (message, make) => {
    expect(make).toThrow(message);
  });
});
