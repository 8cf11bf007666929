import { describe, expect, it } from "vitest";
import { shuffled } from "../src/data/shuffle.ts";

describe("shuffled", () => {
  it("has every row once", () => {
    for (const rows of [1, 2, 5, 1000])
      expect([...shuffled(rows, 7, 3)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: rows }, (_, i) => i),
      );
  });

  it("depends on seed and epoch alone", () => {
    expect(shuffled(50, 7, 3)).toEqual(shuffled(50, 7, 3));
    const others = [
      shuffled(50, 7, 4),
      shuffled(50, 8, 3),
      shuffled(50, 2 ** 40, 3),
      shuffled(50, -7, 3),
    ];
    for (const other of others) expect(other).not.toEqual(shuffled(50, 7, 3));
  });

  it("puts every row in every place equally often", () => {
    // Chi-squared with 16 degrees of freedom is below 39.3 in 999 of 1000 cases.
    const counts = Array.from({ length: 25 }, () => 0);
    const epochs = 5000;
    for (let epoch = 0; epoch < epochs; epoch++)
      shuffled(5, 11, epoch).forEach((row, place) => counts[row * 5 + place]!++);
    const expected = epochs / 5;
    const squared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(squared).toBeLessThan(39.3);
  });

  it("refuses numbers that are not whole", () => {
    for (const [rows, seed] of [
      [Number.NaN, 1],
      [-1, 1],
      [5, 0.5],
    ] as const)
      expect(() => shuffled(rows, seed)).toThrow(
        `shuffled: expected a number of rows and a seed that is a whole number, got ${rows} and ${seed}`,
      );
  });
});
