import { describe, expect, it } from "vitest";
import { constant, exponentialDecay, inverseTimeDecay } from "../src/index.ts";
import { after } from "./support.ts";

describe("constant", () => {
  it("is the same at every step", () => {
    expect([0, 5, 500].map((step) => constant(0.2).at(after(step)))).toEqual([0.2, 0.2, 0.2]);
  });
});

describe("exponentialDecay", () => {
  it("multiplies by the factor once in so many epochs, in between by its root", () => {
    const schedule = exponentialDecay({ initial: 0.8, factor: 0.25, epochs: 2 });
    expect(schedule.at(after(0))).toBe(0.8);
    expect(schedule.at(after(10))).toBeCloseTo(0.4, 15);
    expect(schedule.at(after(20))).toBeCloseTo(0.2, 15);
  });

  it("goes down in stairs where that is chosen", () => {
    const schedule = exponentialDecay({ initial: 0.8, factor: 0.25, epochs: 2, staircase: true });
    expect(schedule.at(after(19))).toBe(0.8);
    expect(schedule.at(after(20))).toBe(0.2);
  });
});

describe("inverseTimeDecay", () => {
  it("divides by a number that grows with the epochs", () => {
    const schedule = inverseTimeDecay({ initial: 1, decay: 0.5 });
    expect([0, 10, 20, 60].map((step) => schedule.at(after(step)))).toEqual([
      1,
      1 / 1.5,
      0.5,
      0.25,
    ]);
  });

  it("goes down in stairs where that is chosen", () => {
    const schedule = inverseTimeDecay({ initial: 1, decay: 1, epochs: 2, staircase: true });
    expect([19, 20].map((step) => schedule.at(after(step)))).toEqual([1, 0.5]);
  });
});

describe("schedules", () => {
  it("refuse numbers that they cannot use", () => {
    expect(() => constant(Number.NaN)).toThrow(
      "constant: rate must be a finite number from 0, got NaN",
    );
    expect(() => exponentialDecay({ initial: -1, factor: 1 })).toThrow(
      "exponentialDecay: initial must be a finite number from 0, got -1",
    );
    expect(() => inverseTimeDecay({ initial: 1, decay: 1, epochs: 0 })).toThrow(
      "inverseTimeDecay: epochs must be a finite number above 0, got 0",
    );
  });
});
