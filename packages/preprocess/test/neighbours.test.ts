import { decode, encode } from "@nn/core";
import { array, assert, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import { neighbours, pipeline, plugins } from "../src/index.ts";
import { nearestRows } from "../src/nearest-rows.ts";
import { tableOf } from "./table-of.ts";

const houses = tableOf({
  lat: [0, 0, 1, 5, 5],
  long: [0, 1, 0, 5, 6],
  price: [1, 2, 4, 100, 200],
});

function numbers(values: ArrayLike<unknown>): number[] {
  return Array.from(values, Number);
}

describe("nearestRows", () => {
  it("finds what looking at all rows finds, ties by their number", () => {
    const point = tuple(integer({ min: -3, max: 3 }), integer({ min: -3, max: 3 }));
    assert(
      property(
        array(point, { minLength: 1, maxLength: 120 }),
        point,
        integer({ min: 1, max: 50 }),
        integer({ min: -1, max: 119 }),
        (rows, [x, y], count, except) => {
          const search = nearestRows([0, 1].map((i) => Float64Array.from(rows, (row) => row[i]!)));
          const distance = (i: number): number => (rows[i]![0] - x) ** 2 + (rows[i]![1] - y) ** 2;
          const expected = [...rows.keys()]
            .filter((i) => i !== except)
            .sort((a, b) => distance(a) - distance(b) || a - b)
            .slice(0, count);
          expect([...search([x, y], count, except)]).toEqual(expected);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("neighbours", () => {
  const near = pipeline([neighbours("price", { by: ["lat", "long"], count: 2 })]);

  it("gives new rows the mean of the nearest training rows", () => {
    const fitted = near.fit(houses);
    const rows = fitted.transform(tableOf({ lat: [0, 5], long: [0.1, 5.5] }));
    expect(numbers(rows.array("price_neighbours"))).toEqual([1.5, 150]);
    expect(fitted.sources["price_neighbours"]).toEqual(["lat", "long"]);
  });

  it("leaves a training row out of its own neighbours, but not others in the same place", () => {
    expect(numbers(near.fitTransform(houses).table.array("price_neighbours"))).toEqual([
      3, 2.5, 1.5, 102, 52,
    ]);
    const twice = tableOf({ lat: [1, 1, 2], long: [1, 1, 2], price: [10, 20, 60] });
    expect(numbers(near.fitTransform(twice).table.array("price_neighbours"))).toEqual([40, 35, 15]);
  });

  it("does not let a training row see its own value", () => {
    const before = near.fitTransform(houses).table.array("price_neighbours");
    const other = tableOf({
      ...Object.fromEntries(["lat", "long"].map((name) => [name, houses.array(name)])),
      price: [999, 2, 4, 100, 200],
    });
    const after = near.fitTransform(other).table.array("price_neighbours");
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it("measures each column in its own standard deviations", () => {
    const stretched = tableOf({
      lat: numbers(houses.array("lat")).map((x) => x * 1e6),
      long: houses.array("long"),
      price: houses.array("price"),
    });
    expect(numbers(near.fitTransform(stretched).table.array("price_neighbours"))).toEqual(
      numbers(near.fitTransform(houses).table.array("price_neighbours")),
    );
  });

  it("says nothing of rows whose place is missing, and lacks its columns where a place is lacking", () => {
    const fitted = near.fit(houses);
    const rows = fitted.transform(tableOf({ lat: [NaN], long: [0] }));
    expect(numbers(rows.array("price_neighbours"))).toEqual([NaN]);
    expect(() => fitted.transform(tableOf({ lat: [Infinity], long: [0] }))).toThrow(
      "neighbours: column 'lat' has Infinity in row 0",
    );
    const lacking = fitted.transform(tableOf({ lat: [0] }));
    expect(lacking.columnNames()).toEqual(["lat"]);
  });

  it("comes back from JSON as it was", () => {
    const fitted = near.fit(houses);
    const again = decode(JSON.parse(JSON.stringify(encode(fitted))), plugins) as typeof fitted;
    const rows = tableOf({ lat: [0.3, 4], long: [0.4, 4] });
    expect(numbers(again.transform(rows).array("price_neighbours"))).toEqual(
      numbers(fitted.transform(rows).array("price_neighbours")),
    );
  });

  it("refuses what it cannot use", () => {
    expect(() => neighbours("price", {} as never)).toThrow("neighbours: expected the option 'by'");
    expect(() => neighbours({ by: ["lat"] })).toThrow(
      "neighbours: expected the columns to average",
    );
    expect(() => neighbours("price", { by: ["lat"], count: 0 })).toThrow("count must be");
    expect(() => near.fit(tableOf({ lat: [1, NaN], long: [1, 2], price: [1, 2] }))).toThrow(
      "neighbours: 'lat' has missing values; impute first",
    );
    expect(() => near.fitTransform(tableOf({ lat: [1], long: [1], price: [1] }))).toThrow(
      "neighbours: expected two rows or more to train on, got 1",
    );
    const state = { names: ["price"], scales: [1, 1], places: [[1], [1]], values: [[1, 2]] };
    expect(() => neighbours("price", { by: ["lat", "long"] }).fitted(state)).toThrow(
      "is not what this step remembers",
    );
  });
});
