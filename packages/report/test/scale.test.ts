import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatFor, linearTicks, scaleOf } from "../src/draw/scale.ts";
import { showNumber, showSeconds } from "../src/draw/text.ts";

const number = fc.double({ noNaN: true, min: -1e300, max: 1e300 });

it("holds any two numbers, with a few ticks in between whose labels differ", () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [least, greatest] = [Math.min(a, b), Math.max(a, b)];
      const { domain, ticks, format, at } = scaleOf(least, greatest);
      expect(domain[0]).toBeLessThan(domain[1]);
      expect(at(least)).toBeGreaterThanOrEqual(0);
      expect(at(greatest)).toBeLessThanOrEqual(1);
      expect(ticks!.length).toBeGreaterThanOrEqual(2);
      expect(ticks!.length).toBeLessThan(20);
      const labels = ticks!.map((tick) => format!(tick));
      expect(new Set(labels).size, labels.join(" ")).toBe(labels.length);
      expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(24);
    }),
  );
});

it("holds any two numbers above 0 on a logarithmic axis", () => {
  const positive = fc.double({ noNaN: true, min: 1e-300, max: 1e300 });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const { domain, ticks, at } = scaleOf(Math.min(a, b), Math.max(a, b), { type: "log" });
      expect(domain[0]).toBeGreaterThan(0);
      expect(domain[0]).toBeLessThan(domain[1]);
      for (const value of [a, b]) {
        expect(at(value)).toBeGreaterThanOrEqual(0);
        expect(at(value)).toBeLessThanOrEqual(1);
      }
      expect(ticks!.length).toBeGreaterThanOrEqual(2);
      expect(ticks!.length).toBeLessThan(20);
    }),
  );
});

it("marks round numbers", () => {
  expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]);
  expect(linearTicks(-7, 23, 6)).toEqual([-5, 0, 5, 10, 15, 20]);
  expect(scaleOf(0.0005, 30, { type: "log" }).ticks).toEqual([0.001, 0.01, 0.1, 1, 10]);
  expect(scaleOf(2, 30, { type: "log" }).ticks).toEqual([2, 5, 10, 20]);
});

it("writes ticks with as few digits as tell them apart", () => {
  const labels = (ticks: number[]): string[] => ticks.map(formatFor(ticks));
  expect(labels([0, 0.2, 0.4])).toEqual(["0", "0.2", "0.4"]);
  expect(labels([0.881, 0.8815, 0.882])).toEqual(["0.8810", "0.8815", "0.8820"]);
  expect(labels([-1e6, 0, 1e6])).toEqual(["−1M", "0", "1M"]);
  expect(labels([1900, 1950, 2000])).toEqual(["1900", "1950", "2000"]);
  expect(labels([20_000, 40_000])).toEqual(["20,000", "40,000"]);
  expect(labels([1e9, 1e9 + 1])).toEqual(["1,000,000,000", "1,000,000,001"]);
  expect(labels([1e-9, 2e-9])).toEqual(["1e-9", "2e-9"]);
});

it("writes numbers, and what is none, as people do", () => {
  expect([0.88731, 21_613, 1900, 1.5, -0.25, 100, 1e-7, 2.5e20].map(showNumber)).toEqual([
    "0.8873",
    "21,613",
    "1900",
    "1.5",
    "−0.25",
    "100",
    "1e-7",
    "2.5e20",
  ]);
  expect([Number.NaN, Infinity, -Infinity, 0].map(showNumber)).toEqual(["–", "∞", "−∞", "0"]);
  expect([0.1234, 59.4, 61, 3600 * 25].map(showSeconds)).toEqual([
    "0.123 s",
    "59.4 s",
    "1 min 1 s",
    "25 h 0 min",
  ]);
});
