import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classWeights } from "../src/index.ts";

interface Case {
  readonly labels: readonly (number | string)[];
  readonly weights: "balanced" | Record<string, number>;
  readonly expected: readonly number[];
}
const file = readFileSync(new URL("class-weights.json", import.meta.url), "utf8");
const { cases } = JSON.parse(file) as { cases: Case[] };

describe("classWeights", () => {
  it("agrees with scikit-learn", () => {
    expect(cases.length).toBe(5);
    for (const { labels, weights, expected } of cases) {
      const found = classWeights(labels, weights);
      expect(found.length).toBe(expected.length);
      for (const [row, weight] of found.entries()) expect(weight).toBeCloseTo(expected[row]!, 12);
    }
  });

  it("is balanced by default, and reads one-hot rows", () => {
    const expected = Float64Array.of(0.75, 0.75, 1.5);
    expect(
      classWeights([
        [0, 1],
        [0, 1],
        [1, 0],
      ]),
    ).toEqual(expected);
    expect(classWeights([[1], [1], [0]])).toEqual(expected);
  });

  it("counts classes that are left out once", () => {
    expect(classWeights(["a", "b", "toString"], { b: 3 })).toEqual(Float64Array.of(1, 3, 1));
    expect(
      classWeights(
        [
          [0, 1],
          [1, 0],
        ],
        { 1: 0 },
      ),
    ).toEqual(Float64Array.of(0, 1));
  });

  it.each<[string, () => unknown, string]>([
    [
      "a class that is not there",
      () => classWeights([1, 2], { 3: 1 }),
      "no row is of class '3', only of 1, 2",
    ],
    [
      "a negative weight",
      () => classWeights([1, 2], { 1: -1 }),
      "the weight of '1' must be a number from 0, got -1",
    ],
    [
      "NaN",
      () => classWeights([1, 2], { 1: Number.NaN }),
      "the weight of '1' must be a number from 0, got NaN",
    ],
    [
      "another word",
      () => classWeights([1], "equal" as never),
      'expected "balanced" or weights by class, got equal',
    ],
    [
      "no weights",
      () => classWeights([1], null as never),
      'expected "balanced" or weights by class, got null',
    ],
    ["a missing label", () => classWeights([1, undefined]), "classWeights: row 1 has undefined"],
  ])("refuses %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
