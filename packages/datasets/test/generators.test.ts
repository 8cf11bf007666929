import { describe, expect, it } from "vitest";
import { exclusiveOr, friedman, moons, spirals, wave } from "../src/index.ts";

const generators = { exclusiveOr, friedman, moons, spirals, wave };

function rowsOf({ shape, data }: { shape: readonly number[]; data: ArrayLike<number> }) {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => Array.from(data).slice(i * width, (i + 1) * width));
}

describe.each(Object.entries(generators))("%s", (name, generator) => {
  it("gives the same for a seed, and others for others", () => {
    const options = { rows: 20, noise: 0.1, seed: 7 };
    expect(generator(options)).toEqual(generator(options));
    expect(generator(options)).not.toEqual(generator({ ...options, seed: 8 }));
    expect(generator({ ...options, seed: 7 + 2 ** 40 })).not.toEqual(generator(options));
    expect(generator(options).targets).toMatchObject({ shape: [20, 1], dtype: "f64" });
  });

  it.each([
    [{ rows: 0 }, "rows must be a whole number from 1, got 0"],
    [{ rows: 5, noise: -1 }, "noise must be a finite number from 0, got -1"],
    [{ rows: 5, seed: 0.5 }, "seed must be a whole number, got 0.5"],
    [{ rows: 5, sead: 1 }, "there is no option 'sead'"],
  ])("refuses %j", (options, message) => {
    expect(() => generator(options)).toThrow(`${name}: ${message}`);
  });
});

it("generates what the formulas say", () => {
  const { inputs, targets } = friedman({ rows: 50, seed: 3 });
  expect(inputs.shape).toEqual([50, 10]);
  for (const [i, [a, b, c, d, e]] of rowsOf(inputs).entries())
    expect(targets.data[i]).toBeCloseTo(
      10 * Math.sin(Math.PI * a! * b!) + 20 * (c! - 0.5) * (c! - 0.5) + 10 * d! + 5 * e!,
      12,
    );
  const curve = wave({ rows: 11 });
  expect(Array.from(curve.inputs.data)).toEqual([
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
  ]);
  expect(curve.targets.data[10]).toBeCloseTo(0.5440211108893698, 15);
  expect(rowsOf(exclusiveOr({ rows: 4 }).inputs)).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  expect(Array.from(exclusiveOr({ rows: 4 }).targets.data)).toEqual([0, 1, 1, 0]);
});

it("puts moons on half circles and spirals on spirals", () => {
  const half = moons({ rows: 100, seed: 1 });
  for (const [i, [x, y]] of rowsOf(half.inputs).entries())
    if (half.targets.data[i] === 0) {
      expect(Math.hypot(x!, y!)).toBeCloseTo(1, 12);
      expect(y).toBeGreaterThanOrEqual(0);
    } else {
      expect(Math.hypot(x! - 1, y! - 0.5)).toBeCloseTo(1, 12);
      expect(y).toBeLessThanOrEqual(0.5);
    }
  const wound = spirals({ rows: 100, seed: 1, turns: 2 });
  for (const [i, [x, y]] of rowsOf(wound.inputs).entries()) {
    const angle = Math.atan2(y!, x!) - Math.PI * wound.targets.data[i]!;
    const turned = (4 * Math.PI * Math.hypot(x!, y!) - angle) / (2 * Math.PI);
    expect(Math.abs(turned - Math.round(turned))).toBeLessThan(1e-9);
  }
});

it("draws evenly, and normally where there is noise", () => {
  const values = Array.from(friedman({ rows: 20_000, seed: 5, inputs: 5 }).inputs.data);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 2);
  const clean = wave({ rows: 20_000 }).targets.data;
  const noisy = wave({ rows: 20_000, noise: 2, seed: 5 }).targets.data;
  const squares = Array.from(noisy, (y, i) => (y - clean[i]!) ** 2);
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  expect(Math.abs(deviation - 2)).toBeLessThan(0.05);
});
