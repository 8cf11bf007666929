import { expect, it } from "vitest";
import { boxOf } from "../src/index.ts";
import { rangeOf, readColumn, readNumbers } from "../src/data/columns.ts";
import { thin } from "../src/data/thin.ts";

it("tells numbers, dates and words apart, whatever is missing", () => {
  expect(readColumn("x", [1, null, 3n, undefined, Infinity])).toMatchObject({
    type: "number",
    values: Float64Array.of(1, Number.NaN, 3, Number.NaN, Number.NaN),
  });
  expect(readColumn("x", new Float32Array([0.5, Number.NaN])).values).toEqual(
    Float64Array.of(0.5, Number.NaN),
  );
  expect(readColumn("x", ["b", "a", null, "b", ""])).toMatchObject({
    type: "words",
    levels: ["b", "", "a"],
    values: Float64Array.of(0, 2, Number.NaN, 0, 1),
  });
  expect(readColumn("x", [1, "1"]).type).toBe("words");
  expect(readColumn("x", []).type).toBe("number");
});

it("reads dates in the forms that tables have", () => {
  const day = Date.UTC(2014, 9, 13);
  const dates = [
    new Date(day),
    "2014-10-13",
    "20141013T000000",
    "2014-10-13T02:00:00+02:00",
    "2014-10-13 00:00:00",
  ];
  for (const date of dates)
    expect(readColumn("x", [date]), String(date)).toMatchObject({
      type: "date",
      values: Float64Array.of(day),
    });
  expect(readColumn("x", ["2014-10-13", "soon"]).type).toBe("words");
  expect(readColumn("x", ["2014-99-99"]).type).toBe("words");
});

it("takes truth values for numbers where these are needed, and refuses words", () => {
  expect(readNumbers("x", [true, false, null]).values).toEqual(Float64Array.of(1, 0, Number.NaN));
  expect(() => readNumbers("map: latitude", ["north"])).toThrow(
    "map: latitude must be numbers or dates, got words such as 'north'",
  );
  expect(() => readColumn("scatter: 'x'", 5 as never)).toThrow(
    "scatter: 'x' must be a list of values, got 5",
  );
});

// numpy 1.24: np.percentile([3, 1, 4, 1, 5, 9, 2, 6, 50], [25, 50, 75]) gives 2, 4, 6
it("finds quartiles, whiskers and outliers", () => {
  expect(boxOf([3, 1, 4, 1, 5, 9, 2, 6, 50, null])).toEqual({
    minimum: 1,
    low: 1,
    lowerQuartile: 2,
    median: 4,
    upperQuartile: 6,
    high: 9,
    maximum: 50,
    count: 9,
    missing: 1,
    outliers: 1,
  });
  expect(boxOf([2, 2, 2])).toMatchObject({
    minimum: 2,
    low: 2,
    median: 2,
    high: 2,
    maximum: 2,
    outliers: 0,
  });
  expect(boxOf(["a", "b"])).toBeUndefined();
  expect(boxOf([])).toBeUndefined();
});

it("finds the range of numbers, or that there is none", () => {
  expect(rangeOf([3, Number.NaN, -1])).toEqual([-1, 3]);
  expect(rangeOf([Number.NaN])).toEqual([Number.NaN, Number.NaN]);
});

it("keeps the extremes and the ends of a line that is thinned", () => {
  const points = Array.from({ length: 5000 }, (_, x) => ({
    x,
    y: x === 1234 ? 99 : x === 4321 ? -99 : Math.sin(x),
  }));
  const kept = thin(points, 100);
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.map(({ x }) => x)).toEqual(kept.map(({ x }) => x).toSorted((a, b) => a - b));
  expect(kept).toContainEqual({ x: 1234, y: 99 });
  expect(kept).toContainEqual({ x: 4321, y: -99 });
  expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
  expect(thin(points, 5000)).toBe(points);
});
