import { decode, encode, type Json } from "@nn/core";
import { table as tableFrom } from "arquero";
import { array, assert, constantFrom, double, pre, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  drop,
  except,
  extractDate,
  type FittedPipeline,
  ids,
  impute,
  interactions,
  log10,
  minMax,
  oneHot,
  pipeline,
  plugins,
  quantile,
  rename,
  replaceWhere,
  squared,
  standard,
  targetEncode,
  tukey,
  where,
  yeoJohnson,
} from "../src/index.ts";
import { tableOf } from "./table-of.ts";

const houses = {
  id: ["a", "b", "c", "d"],
  date: ["20141013T000000", "20141209T000000", "20150225T000000", "20140101T000000"],
  price: [1000, 100, 10, 100],
  yr_built: [1955, 1951, 1933, 1965],
  yr_renovated: [0, 1991, 0, 0],
  area: [1180, 2570, 770, 1960],
};

const steps = [
  ids("id"),
  extractDate("date", ["month", "timestamp"]),
  drop("date"),
  replaceWhere("yr_renovated", 0, { column: "yr_built" }),
  log10("price", "area"),
  squared(except("price")),
  minMax(),
];

describe("a pipeline", () => {
  it("prepares the rows it was fitted on as its steps say", () => {
    const table = pipeline(steps).fit(tableOf(houses)).transform(tableOf(houses));
    expect(table.columnNames()).toEqual([
      "price",
      "yr_built",
      "yr_renovated",
      "area",
      "date_month",
      "date_timestamp",
      "yr_built_squared",
      "yr_renovated_squared",
      "area_squared",
      "date_month_squared",
      "date_timestamp_squared",
    ]);
    expect(table.array("price")).toEqual(Float64Array.of(1, 0.5, 0, 0.5));
    expect(table.array("date_month")).toEqual(Float64Array.of(9 / 11, 1, 1 / 11, 0));
    expect(table.array("yr_renovated")[1]).toBe(1);
    expect(table.array("yr_renovated")[2]).toBe(0);
    expect(table.ids).toEqual(houses.id);
  });

  it("takes predictions back to original units, and intervals like them", () => {
    const fitted = pipeline(steps).fit(tableOf(houses));
    const predicted = tableOf({ price: [1, 0.5], low: [0.5, 0], other: [7, 8] });
    const { price, low, other } = fitted.revert(predicted, { low: "price" }).columns();
    expect(price).toEqual(Float64Array.of(1000, 100));
    expect(low).toEqual(Float64Array.of(100, 10));
    expect(other).toEqual(Float64Array.of(7, 8));
  });

  it("learns from the rows it is fitted on and no others", () => {
    const fitted = pipeline([minMax("x"), standard("y")]).fit(
      tableOf({ x: [0, 10], y: [1, 3], z: [0, 0] }),
    );
    const { x, y } = fitted.transform(tableOf({ x: [5, 20], y: [2, 4], z: [0, 0] })).columns();
    expect(x).toEqual(Float64Array.of(0.5, 2));
    expect(y).toEqual(Float64Array.of(0, 2));
  });

  it("finds columns by name and leaves out those that it does not know", () => {
    const fitted = pipeline([minMax()]).fit(tableOf({ x: [0, 10], y: [1, 3] }));
    const table = fitted.transform(tableOf({ more: ["?"], y: [2], x: [5] }));
    expect(table.columns()).toEqual({ x: Float64Array.of(0.5), y: Float64Array.of(0.5) });
    expect(table.columnNames()).toEqual(["x", "y"]);
  });

  it("predicts without the target, and says what a column would have needed", () => {
    const fitted = pipeline(steps).fit(tableOf(houses));
    const { price: _, area: __, id: ___, ...rest } = houses;
    const table = fitted.transform(tableOf(rest));
    expect(table.columnNames()).not.toContain("price");
    expect(table.columnNames()).toContain("yr_built_squared");
    expect(() => table.array("area_squared")).toThrow(
      "pipeline: column 'area_squared' needs the column 'area', which the table does not have",
    );
    expect(() => table.array("aera")).toThrow("there is no column 'aera'; there are yr_built,");
  });

  it("says which columns of the raw table those that were added are made of", () => {
    const { sources } = pipeline(steps).fit(tableOf(houses));
    expect(sources["date_month"]).toEqual(["date"]);
    expect(sources["date_month_squared"]).toEqual(["date"]);
    expect(sources["area_squared"]).toEqual(["area"]);
    expect(sources["area"]).toBeUndefined();
  });

  it("takes added columns away again, whatever they are called by then", () => {
    const raw = tableOf({ x: [1, 2], y: [3, 4] });
    const fitted = pipeline([
      squared("x"),
      rename({ x_squared: "z" }),
      interactions("z", "y"),
      minMax(),
    ]).fit(raw);
    const back = fitted.revert(fitted.transform(raw));
    expect(back.columns()).toEqual({ x: Float64Array.of(1, 2), y: Float64Array.of(3, 4) });
    expect(fitted.sources["z_times_y"]).toEqual(["x", "y"]);
    expect(fitted.revert(tableOf({ z: [1] })).columns()).toEqual({ x_squared: Float64Array.of(4) });
  });

  it("reverts predictions that nothing was, without a word", () => {
    const fitted = pipeline([log10("x")]).fit(tableOf({ x: [1, 2] }));
    expect(fitted.revert(tableOf({ x: [400] })).array("x")[0]).toBe(Infinity);
  });

  it("leaves the table that it is given as it was", () => {
    const x = Float64Array.of(1, 2, 3);
    pipeline([minMax(), replaceWhere("x", 1, 5)]).fitTransform(tableOf({ x }));
    expect(x).toEqual(Float64Array.of(1, 2, 3));
  });

  it("comes back from JSON exactly", () => {
    const fitted = pipeline([...steps, minMax(where({ type: "number" }), { range: [-1, 1] })]).fit(
      tableOf(houses),
    );
    const text = JSON.stringify(encode(fitted));
    const again = decode(JSON.parse(text) as Json, plugins) as FittedPipeline;
    expect(JSON.stringify(encode(again))).toBe(text);
    expect(again.transform(tableOf(houses)).columns()).toEqual(
      fitted.transform(tableOf(houses)).columns(),
    );
  });

  it("refuses states that no step has given", () => {
    const json = encode(pipeline([minMax("x")]).fit(tableOf({ x: [1, 2] })));
    const broken = JSON.stringify(json).replace("[1,2]", '["1",2]');
    expect(() => decode(JSON.parse(broken) as Json, plugins)).toThrow(
      'minMax: [["x",["1",2]]] is not what this step remembers; the file is damaged, or not from here',
    );
  });

  it("refuses what is no step, no table, and tables without rows", () => {
    expect(() => pipeline([minMax] as never)).toThrow("pipeline: expected a list of steps such as");
    expect(() => pipeline([]).fit([{ x: 1 }] as never)).toThrow(
      "pipeline: expected a table such as one of arquero",
    );
    expect(() => pipeline([]).fit(tableOf({ x: [] }))).toThrow("got an empty table");
  });
});

describe("any table", () => {
  const numbers = array(
    tuple(
      double({ min: 0.001, max: 1e6, noNaN: true }),
      double({ min: -1e6, max: 1e6, noNaN: true }),
      constantFrom("a", "b", "c d", "__proto__", "1"),
    ),
    { minLength: 1, maxLength: 30 },
  );
  const invertible = pipeline([log10("x"), squared("x"), standard("y"), minMax(), oneHot()]);

  it("comes back to what it was", () => {
    assert(
      property(numbers, (rows) => {
        const raw = {
          x: rows.map(([x]) => x),
          y: rows.map(([, y]) => y),
          kind: rows.map(([, , kind]) => kind),
        };
        const fitted = invertible.fit(tableOf(raw));
        const back = fitted.revert(fitted.transform(tableOf(raw)));
        expect(back.columnNames()).toEqual(["x", "y", "kind"]);
        expect(back.array("kind")).toEqual(raw.kind);
        // Near 0, what is left of a number depends on how large the others are.
        const scale = Math.max(...raw.y.map(Math.abs), 1);
        for (const [row, x] of raw.x.entries()) {
          expect(Math.abs(Number(back.array("x")[row]) / x - 1)).toBeLessThan(1e-9);
          expect(Math.abs(Number(back.array("y")[row]) - raw.y[row]!)).toBeLessThan(1e-9 * scale);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("is prepared alike whatever the order of its columns", () => {
    assert(
      property(numbers, (rows) => {
        const x = rows.map(([one]) => one);
        const y = rows.map(([, one]) => one);
        const kind = rows.map(([, , one]) => one);
        const one = invertible.fit(tableOf({ x, y, kind }));
        const other = invertible.fit(tableOf({ kind, y, x }));
        const expected = one.transform(tableOf({ x, y, kind }));
        for (const fitted of [one, other])
          expect(fitted.transform(tableOf({ y, kind, x })).columns()).toEqual(expected.columns());
        expect(one.transform(tableOf({ y, kind, x })).columnNames()).toEqual(
          expected.columnNames(),
        );
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("teaches a pipeline by its own rows alone, whatever is prepared and reverted later", () => {
    const steps = [
      impute("y"),
      tukey("x"),
      log10("x"),
      targetEncode("kind", { target: "y" }),
      quantile("x"),
      yeoJohnson("y"),
      standard(),
    ];
    assert(
      property(numbers, numbers, numbers, (rows, held, others) => {
        pre(rows.length > 1);
        const all = (later: typeof rows) =>
          tableFrom({
            x: [...rows, ...later].map(([x]) => x),
            y: [...rows, ...later].map(([, y]) => y),
            kind: [...rows, ...later].map(([, , kind]) => kind),
          });
        const fitted = pipeline(steps).fit(all(held).slice(0, rows.length));
        const before = JSON.stringify(encode(fitted));
        const again = pipeline(steps).fit(all(others).slice(0, rows.length));
        expect(JSON.stringify(encode(again))).toBe(before);
        fitted.revert(fitted.transform(all(others)));
        expect(JSON.stringify(encode(fitted))).toBe(before);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it("gives a pipeline whose JSON makes the same of other rows", () => {
    assert(
      property(numbers, (rows) => {
        const raw = tableOf({
          x: rows.map(([x]) => x),
          y: rows.map(([, y]) => y),
          kind: rows.map(() => "a"),
        });
        const fitted = invertible.fit(raw);
        const json = JSON.parse(JSON.stringify(encode(fitted))) as Json;
        const again = decode(json, plugins) as FittedPipeline;
        const later = tableOf({ x: [0.1, 77], y: [-3, 1e9], kind: ["a", "a"] });
        expect(again.transform(later).columns()).toEqual(fitted.transform(later).columns());
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
