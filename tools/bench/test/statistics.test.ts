import { expect, it } from "vitest";
import { best, largestDifference, median, summarize } from "../statistics.ts";
import { measurement } from "./measurements.ts";

it("takes the value in the middle, or the mean of both", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([10, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it("compares what was measured in the same round", () => {
  // The machine was three times as slow in the last round, for both.
  const base = [100, 110, 300].map((time) => measurement(time));
  const peer = [200, 220, 600].map((time) => measurement(time));
  expect(summarize(peer, base)).toMatchObject({
    usPerStep: 220,
    ratio: 2,
    fastest: 200,
    slowest: 600,
    compileMs: 22,
  });
});

it("gives the one that others are compared with a ratio of 1", () => {
  const base = [100, 90, 130].map((time) => measurement(time));
  expect(summarize(base, base).ratio).toBe(1);
});

it("keeps the fastest variant", () => {
  const one = [50, 60, 55].map((time) => measurement(time, { threads: 1 }));
  const two = [40, 90, 80].map((time) => measurement(time, { threads: 2 }));
  expect(best([one, two])).toBe(one);
});

it("finds the largest difference, and none is small where something is missing", () => {
  expect(largestDifference([1, 2, 3], [1, 2.5, 2.9])).toBe(0.5);
  expect(largestDifference([1, Number.NaN], [1, 2])).toBe(Infinity);
  expect(largestDifference([1], [1, 2])).toBe(Infinity);
  expect(largestDifference([1, 2], [1])).toBe(Infinity);
});
