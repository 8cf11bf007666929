import { decode, encode, type Json } from "@nn/core";
import { array, assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attachIds,
  bins,
  boxCox,
  clip,
  custom,
  drop,
  extractDate,
  type FittedPipeline,
  groupRare,
  hashEncode,
  ids,
  impute,
  interactions,
  log10,
  log1p,
  minMax,
  neighbours,
  oneHot,
  ordinal,
  pipeline,
  plugins,
  power,
  quantile,
  rename,
  replaceWhere,
  robust,
  sample,
  select,
  shuffle,
  standard,
  squared,
  type Step,
  targetEncode,
  tukey,
  yeoJohnson,
} from "../src/index.ts";
import { tableOf } from "./table-of.ts";

type Raw = { readonly [name: string]: readonly unknown[] };

function columns(of: { columns(): object }): object {
  return Object.fromEntries(
    Object.entries(of.columns()).map(([name, values]) => [name, [...(values as unknown[])]]),
  );
}

/** What steps make of a table that they were fitted on, or of another. */
function made(steps: Step | Step[], raw: Raw, other = raw): object {
  return columns(pipeline([steps].flat()).fit(tableOf(raw)).transform(tableOf(other)));
}

/** The rows to train on. */
function trained(steps: Step | Step[], raw: Raw): object {
  return columns(pipeline([steps].flat()).fitTransform(tableOf(raw)).table);
}

describe("columns", () => {
  const raw = { a: [1], b: [2], c: ["x"] };

  it("are dropped, selected in the table's order, and renamed and back", () => {
    expect(made(drop("b"), raw)).toEqual({ a: [1], c: ["x"] });
    expect(made(select("c", "a"), raw)).toEqual({ a: [1], c: ["x"] });
    expect(made(select("a", "b", "c"), raw)).toEqual(raw);
    const fitted = pipeline([rename({ a: "b", b: "a" })]).fit(tableOf(raw));
    const renamed = fitted.transform(tableOf(raw));
    expect(columns(renamed)).toEqual({ b: [1], a: [2], c: ["x"] });
    expect(columns(fitted.revert(renamed))).toEqual(raw);
  });

  it("are not overwritten by those that steps add", () => {
    expect(() => made(squared("a"), { a: [1], a_squared: [2] })).toThrow(
      "there is a column 'a_squared' already",
    );
    expect(() => made(rename({ a: "b" }), raw)).toThrow("rename: there would be two columns 'b'");
  });

  it("that there are not are refused with those that there are", () => {
    for (const step of [minMax("d"), drop("d"), replaceWhere("d", 0, 1), rename({ d: "e" })])
      expect(() => made(step, raw)).toThrow(/no column 'd'.*there are a, b, c/);
    expect(() => made(minMax("c"), raw)).toThrow(
      "minMax: column 'c' has \"x\" in row 0, which is no number; leave the column out with except",
    );
  });
});

describe("dates", () => {
  const times = { date: ["20141013T083000", "2014-12-31", "2016-03-01T23:59:59+02:00", null] };

  it("give their parts, in UTC", () => {
    expect(
      made(
        extractDate("date", ["year", "month", "day", "weekday", "dayOfYear", "hour", "timestamp"]),
        times,
      ),
    ).toEqual({
      ...times,
      date_year: [2014, 2014, 2016, NaN],
      date_month: [10, 12, 3, NaN],
      date_day: [13, 31, 1, NaN],
      date_weekday: [1, 3, 2, NaN],
      date_dayOfYear: [286, 365, 61, NaN],
      date_hour: [8, 0, 21, NaN],
      date_timestamp: [1413189000, 1419984000, 1456869599, NaN],
    });
  });

  it("are read as their format says, or as they are", () => {
    const step = extractDate("date", ["timestamp"], { format: "D.M.YYYY H:mm" });
    expect(made(step, { date: ["3.12.2014 9:05"] })).toMatchObject({
      date_timestamp: [Date.UTC(2014, 11, 3, 9, 5) / 1000],
    });
    expect(made(extractDate("date", ["year"]), { date: [new Date("1950-06-01")] })).toMatchObject({
      date_year: [1950],
    });
  });

  it.each([
    ["MMM D, YYYY", "Oct 3, 2014", "2014-10-03"],
    ["D MMMM YY", "13 OCTOBER 99", "1999-10-13"],
    ["DD-MMM-YY", "01-may-68", "2068-05-01"],
    ["M/D/YYYY h:mm A", "10/3/2014 12:05 am", "2014-10-03T00:05"],
    ["M/D/YYYY hh:mm A", "10/3/2014 12:05 PM", "2014-10-03T12:05"],
    ["h A, DD.MM.YYYY", "11 PM, 28.02.2015", "2015-02-28T23:00"],
    ["YYYYMMDD[T]HH[h]mm", "20141013T08h30", "2014-10-13T08:30"],
    ["YYYY [year of] MM", "2014 year of 07", "2014-07-01"],
    ["YYYY", "0050", "0050-01-01"],
  ])("written as %s are read: %s", (format, date, expected) => {
    const result = made(extractDate("date", ["timestamp", "dayOfYear"], { format }), {
      date: [date],
    }) as Record<string, number[]>;
    const time = Date.parse(`${expected}${expected.includes("T") ? "Z" : ""}`);
    expect(result["date_timestamp"]).toEqual([time / 1000]);
    const newYear = Date.parse(`${expected.slice(0, 4)}-01-01`);
    expect(result["date_dayOfYear"]).toEqual([Math.floor((time - newYear) / 86_400_000) + 1]);
  });

  it.each([
    ["MMM D, YYYY", "Okt 3, 2014"],
    ["MMM D, YYYY", "October 3, 2014"],
    ["MMMM D, YYYY", "Oct 3, 2014"],
    ["D.M.YY", "3.1.2014"],
    ["D.M.YYYY h:mm A", "3.1.2014 13:05 PM"],
    ["D.M.YYYY h:mm A", "3.1.2014 0:05 AM"],
    ["D.M.YYYY h:mm A", "3.1.2014 1:05"],
    ["D.M.YYYY H:mm", "3.1.2014 24:00"],
  ])("that are not written as %s are refused: %s", (format, date) => {
    expect(() => made(extractDate("date", ["month"], { format }), { date: [date] })).toThrow(
      `has "${date}" in row 0, which is no date written as ${format}`,
    );
  });

  it("make December a neighbour of January", () => {
    const result = made(extractDate("date", ["month", "year"], { cyclical: true }), {
      date: ["2014-01-05", "2014-04-05", "2013-12-05"],
    }) as Record<string, number[]>;
    expect(Object.keys(result)).toEqual(["date", "date_month_sin", "date_month_cos", "date_year"]);
    const [january, april, december] = [0, 1, 2].map((row) =>
      Math.atan2(result["date_month_sin"]![row]!, result["date_month_cos"]![row]!),
    );
    expect(january).toBeCloseTo(0);
    expect(april).toBeCloseTo(Math.PI / 2);
    expect(december).toBeCloseTo(-Math.PI / 6);
  });

  it.each(["2014-02-30", "2014-13-01", "20140230", "2014-1-1", "soon", "", 20141013])(
    "that there are not are refused: %s",
    (date) => {
      expect(() => made(extractDate("date", ["month"]), { date: ["2014-01-01", date] })).toThrow(
        /extractDate: column 'date' has .* in row 1, which is no date such as 2014-10-13/,
      );
    },
  );

  it("need a format with a year, once", () => {
    for (const format of [
      "MM-DD",
      "YYYY-YYYY",
      "",
      "YYYY YY",
      "MM MMM YYYY",
      "YYYY h",
      "YYYY HH A",
    ])
      expect(() => extractDate("date", ["month"], { format })).toThrow(/extractDate: .*format/);
  });
});

describe("values", () => {
  it("are replaced, by a value or by another column", () => {
    const raw = { built: [1950, 1960, 1970], renovated: [0, 1991, null] };
    const by = { column: "built" };
    expect(made(replaceWhere("renovated", 0, by), raw)).toEqual({
      built: [1950, 1960, 1970],
      renovated: [1950, 1991, NaN],
    });
    expect(made(replaceWhere("renovated", null, by), raw)).toMatchObject({
      renovated: [0, 1991, 1970],
    });
    expect(made(replaceWhere("kind", "?", null), { kind: ["?", "flat"] })).toEqual({
      kind: [null, "flat"],
    });
  });

  it("that are missing are filled in with what training rows have", () => {
    const raw = { x: [1, null, 2, undefined, 9], kind: ["b", null, "a", "b", "a"] };
    const filled = (step: Step): unknown[] =>
      Object.values(made(step, raw, { x: [NaN, 5], kind: [null, "c"] }));
    expect(filled(impute())[0]).toEqual([2, 5]);
    expect(filled(impute("x", { with: "mean" }))[0]).toEqual([4, 5]);
    expect(filled(impute("x", { value: -1 }))[0]).toEqual([-1, 5]);
    expect(filled(impute("kind", { with: "mode" }))[1]).toEqual(["a", "c"]);
    expect(filled(impute({ value: "?" }))).toEqual([
      [NaN, 5],
      ["?", "c"],
    ]);
    expect(() => made(impute(), { x: [null, null] })).toThrow("column 'x' has no value to learn");
  });

  it("that are missing are not learned from, and remain missing", () => {
    const raw = { x: [0, null, 10, 5] };
    for (const step of [minMax(), standard(), robust(), quantile(), log1p(), yeoJohnson(), bins()])
      expect((made(step, raw) as { x: number[] }).x[1], step.kind).toBeNaN();
    expect(made(minMax(), raw)).toEqual({ x: [0, NaN, 1, 0.5] });
  });

  it("are clipped, raised to powers and multiplied", () => {
    expect(made(clip({ min: 1, max: 3 }), { x: [0, 2, 4] })).toEqual({ x: [1, 2, 3] });
    expect(made(power("x", { exponent: 3 }), { x: [2] })).toEqual({ x: [2], x_power_3: [8] });
    expect(made(interactions("a", "b", "c"), { a: [2], b: [3], c: [5] })).toEqual({
      a: [2],
      b: [3],
      c: [5],
      a_times_b: [6],
      a_times_c: [10],
      b_times_c: [15],
    });
  });

  it("that have no logarithm are refused with their row", () => {
    expect(() => made(log10("x"), { x: [1, 0] })).toThrow(
      "log10: column 'x' has 0 in row 1, of which it would make -Infinity; clip or replace",
    );
    const fitted = pipeline([log10("x")]).fit(tableOf({ x: [1, 2] }));
    expect(() => fitted.transform(tableOf({ x: [1, 2, -1] }))).toThrow("has -1 in row 2");
    expect(() => made(boxCox("x"), { x: [1, 0] })).toThrow("boxCox: expected numbers above 0");
    expect(() => made(minMax("x"), { x: [1, Infinity] })).toThrow("has Infinity in row 1");
  });

  it("of a single kind are scaled to 0", () => {
    for (const step of [minMax(), standard(), robust()])
      expect(made(step, { x: [0.1, 0.1, 0.1] }), step.kind).toEqual({ x: [0, 0, 0] });
  });

  it("are put into bins, whose lower edges they may be", () => {
    const raw = { x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 100] };
    const bin = (step: Step): number[] => (made(step, raw, { x: [-5, 0, 50, 500] }) as never)["x"];
    expect(bin(bins({ count: 2 }))).toEqual([0, 0, 1, 1]);
    expect(bin(bins({ count: 2, by: "quantile" }))).toEqual([0, 0, 1, 1]);
    expect(made(bins({ count: 2, by: "quantile" }), raw)).toEqual({
      x: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
    });
    expect(bin(bins({ edges: [0, 60] }))).toEqual([0, 1, 1, 2]);
    expect(made(bins({ count: 4, by: "quantile" }), { x: [1, 1, 1, 2] })).toEqual({
      x: [0, 0, 0, 1],
    });
  });

  it("come back from every step that has an inverse", () => {
    const steps = [log1p(), boxCox(), yeoJohnson(), robust(), standard(), minMax(), quantile()];
    const normal = quantile({ output: "normal", count: 8 });
    const numbers = array(double({ min: 0.01, max: 1e4, noNaN: true }), {
      minLength: 2,
      maxLength: 20,
    });
    assert(
      property(numbers, (x) => {
        for (const step of [...steps, normal]) {
          const fitted = pipeline([step]).fit(tableOf({ x }));
          const back = fitted.revert(fitted.transform(tableOf({ x }))).array("x");
          const scale = Math.max(...x);
          for (const [row, value] of x.entries())
            expect(Math.abs(Number(back[row]) - value) / scale, step.kind).toBeLessThan(1e-6);
        }
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describe("levels", () => {
  const raw = { kind: ["b", "a", "b", "c"], price: [1, 2, 3, 4] };

  it("become columns in order, and the greatest of them a label", () => {
    expect(made(oneHot(), raw)).toEqual({
      kind_a: [0, 1, 0, 0],
      kind_b: [1, 0, 1, 0],
      kind_c: [0, 0, 0, 1],
      price: raw.price,
    });
    const fitted = pipeline([oneHot({ confidence: true })]).fit(tableOf(raw));
    const scores = { kind_a: [0.2, 0], kind_b: [0.7, 0], kind_c: [0.1, 0] };
    expect(columns(fitted.revert(tableOf(scores)))).toEqual({
      kind: ["b", null],
      kind_confidence: [0.7, 0],
    });
    expect(() => fitted.revert(tableOf({ kind_a: [1] }))).toThrow("'kind_b' is needed to revert");
  });

  it("that there were not in training are refused, or treated as was asked for", () => {
    const later = { kind: ["d", null], price: [0, 0] };
    for (const step of [oneHot("kind"), ordinal("kind")])
      expect(() => made(step, raw, later)).toThrow(
        /column 'kind' has "d", which there was not in training, in row 0; pass { unknown: /,
      );
    expect(made(oneHot({ unknown: "zeros" }), raw, later)).toMatchObject({
      kind_a: [0, 0],
      kind_b: [0, 0],
    });
    expect(made(ordinal({ unknown: "missing" }), raw, later)).toMatchObject({ kind: [NaN, NaN] });
  });

  it("get numbers in their order, and come back from the nearest", () => {
    expect(made(ordinal("kind"), raw)).toMatchObject({ kind: [1, 0, 1, 2] });
    const fitted = pipeline([ordinal("kind", { levels: ["c", "b", "a"] })]).fit(tableOf(raw));
    expect(columns(fitted.transform(tableOf(raw)))).toMatchObject({ kind: [1, 2, 1, 0] });
    expect(columns(fitted.revert(tableOf({ kind: [0.4, 1.8, 9, NaN] })))).toEqual({
      kind: ["c", "a", "a", null],
    });
  });

  it("that are rare are put together, with those that are new", () => {
    expect(made(groupRare({ rows: 2 }), raw)).toMatchObject({
      kind: ["b", "other", "b", "other"],
    });
    expect(made(groupRare({ share: 0.25, name: "rest" }), raw)).toMatchObject(raw);
    expect(made(groupRare(), raw, { kind: ["d", null], price: [0, 0] })).toMatchObject({
      kind: ["other", null],
    });
  });

  it("are hashed to the same columns in every table", () => {
    const many = { kind: Array.from({ length: 200 }, (_, i) => `street ${i}`) };
    const result = made(hashEncode({ buckets: 4 }), many) as Record<string, number[]>;
    const sums = Object.values(result).map((values) => values.reduce((a, b) => a + b));
    expect(sums.reduce((a, b) => a + b)).toBe(200);
    expect(Math.min(...sums)).toBeGreaterThan(30);
    const other = made(hashEncode({ buckets: 4 }), { kind: ["x"] }, { kind: ["street 7", null] });
    expect(Object.values(other)).toEqual(Object.values(result).map((values) => [values[7], 0]));
  });

  it("become means of the target, drawn to the mean of all", () => {
    const step = targetEncode("kind", { target: "price", smoothing: 2 });
    expect(made(step, raw, { kind: ["a", "b", "d", null], price: [9, 9, 9, 9] })).toMatchObject({
      kind: [(2 + 2 * 2.5) / 3, (1 + 3 + 2 * 2.5) / 4, 2.5, 2.5],
    });
    const fitted = pipeline([step]).fit(tableOf(raw));
    expect(columns(fitted.transform(tableOf({ kind: ["d"] })))).toEqual({ kind: [2.5] });
  });

  it("of rows to train on are encoded without their own target", () => {
    const rows = 40;
    const kind = Array.from({ length: rows }, (_, row) => `${row % 7}`);
    const price = Array.from({ length: rows }, (_, row) => (row * 37) % 11);
    const step = targetEncode("kind", { target: "price", smoothing: 1, seed: 3 });
    const before = (trained(step, { kind, price }) as { kind: number[] }).kind;
    for (const row of [0, 17, 39]) {
      const changed = price.with(row, 1e6);
      const after = (trained(step, { kind, price: changed }) as { kind: number[] }).kind;
      expect(after[row]).toBe(before[row]);
      expect(after).not.toEqual(before);
    }
    const inSample = (made(step, { kind, price }) as { kind: number[] }).kind;
    expect(inSample).not.toEqual(before);
  });

  it("that only one row has tell nothing of its target", () => {
    const kind = Array.from({ length: 20 }, (_, row) => `only ${row}`);
    const price = Array.from({ length: 20 }, (_, row) => row);
    const step = targetEncode("kind", { target: "price", smoothing: 0, folds: 20 });
    const { kind: encoded } = trained(step, { kind, price }) as { kind: number[] };
    for (const [row, value] of encoded.entries()) expect(value).toBeCloseTo((190 - row) / 19);
  });
});

describe("rows", () => {
  it("with outliers are not trained on, by fences of the rows that are left", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 1000];
    // 12 is an outlier of y only when the row of 900 has gone.
    const y = [1, 2, 3, 4, 5, 6, 7, 12, 900];
    expect(trained(tukey("x"), { x, y })).toEqual({ x: x.slice(0, 8), y: y.slice(0, 8) });
    expect(trained(tukey("x", "y"), { x, y })).toEqual({ x: x.slice(0, 7), y: y.slice(0, 7) });
    expect(trained(tukey("y"), { x, y })).toEqual({ x: x.slice(0, 8), y: y.slice(0, 8) });
    expect(trained(tukey({ fences: 1e6 }), { x, y })).toEqual({ x, y });
    expect(trained(tukey(), { x: [1, null, 2] })).toEqual({ x: [1, NaN, 2] });
  });

  it("that are left are what later steps learn from", () => {
    const raw = { x: [1, 2, 3, 4, 5, 1000] };
    expect(made([tukey(), minMax()], raw)).toEqual({
      x: [0, 0.25, 0.5, 0.75, 1, 999 / 4],
    });
  });

  it("stay in tables to transform, in their order", () => {
    const raw = { x: [1, 2, 3, 4, 5, 1000] };
    for (const step of [tukey(), sample({ rows: 1 }), shuffle()])
      expect(made(step, raw)).toEqual(raw);
  });

  it("are sampled and shuffled by their seeds, with all that belongs to them", () => {
    const x = Array.from({ length: 100 }, (_, row) => row);
    const raw = { x, name: x.map(String), id: x.map((row) => -row) };
    const { table, rows: numbers } = pipeline([
      ids("id"),
      tukey("x"),
      sample({ rows: 60 }),
      sample({ share: 0.5, seed: 1 }),
    ]).fitTransform(tableOf(raw));
    const rows = [...table.array("x")] as number[];
    expect([...numbers!]).toEqual(rows);
    expect(rows.length).toBe(30);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    expect(table.array("name")).toEqual(rows.map(String));
    expect([...table.ids!]).toEqual(rows.map((row) => -row));
    const order = (seed: number): number[] => (trained(shuffle({ seed }), { x }) as never)["x"];
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1).toSorted((a, b) => a - b)).toEqual(x);
    expect(() => sample({})).toThrow("sample: expected either rows or share");
  });

  it("get their ids back beside predictions", () => {
    const rows = pipeline([ids("id")]).fit(tableOf({ id: ["a"], x: [0] }));
    const later = rows.transform(tableOf({ x: [1, 2], id: ["b", "c"] }));
    const joined = attachIds(tableOf({ price: [10, 20] }), later.ids);
    expect(columns(joined)).toEqual({ id: ["b", "c"], price: [10, 20] });
    expect(() => attachIds(tableOf({ price: [10] }), later.ids)).toThrow("expected 1 ids");
    expect(() => attachIds(tableOf({ id: [1] }), [1])).toThrow("there is a column 'id' already");
  });
});

describe("a custom step", () => {
  const half = custom(
    (all) => ({ ...all, x: Array.from(all["x"] as Float64Array, (x) => x / 2) }),
    (all) => ({ ...all, x: Array.from(all["x"] as Float64Array, (x) => x * 2) }),
  );

  it("is a function there, and one back", () => {
    const fitted = pipeline([half, minMax()]).fit(tableOf({ x: [2, 6] }));
    const table = fitted.transform(tableOf({ x: [4] }));
    expect(columns(table)).toEqual({ x: [0.5] });
    expect(columns(fitted.revert(table))).toEqual({ x: [4] });
  });

  it("cannot be saved, and says so", () => {
    expect(() => encode(pipeline([half]).fit(tableOf({ x: [1] })))).toThrow(
      "is a function, which JSON cannot hold",
    );
  });
});

describe("every step", () => {
  const raw = {
    x: [1, 2, 4, 8],
    y: [3, 1, 2, 9],
    kind: ["a", "b", "a", "b"],
    d: Array(4).fill("2014-05-05"),
  };
  const all: Step[] = [
    bins("x", { by: "quantile" }),
    boxCox("x"),
    clip("x", { max: 3 }),
    drop("d"),
    extractDate("d", ["month"], { cyclical: true }),
    groupRare("kind", { rows: 2 }),
    hashEncode("kind"),
    ids("kind"),
    impute("x", { with: "mean" }),
    interactions("x", "y"),
    log10("x"),
    log1p("x"),
    minMax("x", { range: [2, 3] }),
    neighbours("y", { by: ["x"], count: 2 }),
    oneHot("kind", { unknown: "zeros" }),
    ordinal("kind"),
    power("x", { exponent: 0.5 }),
    quantile("x", { output: "normal" }),
    rename({ x: "z" }),
    replaceWhere("x", 4, { column: "y" }),
    robust("x"),
    sample({ rows: 3 }),
    select("x", "kind"),
    shuffle({ seed: 5 }),
    squared("x"),
    standard("x"),
    targetEncode("kind", { target: "y" }),
    tukey("x"),
    yeoJohnson("x"),
  ];

  it("comes back from JSON, and so does what it has learned", () => {
    for (const step of all) {
      const fitted = pipeline([step]).fit(tableOf(raw));
      const text = JSON.stringify(encode(fitted));
      const again = decode(JSON.parse(text) as Json, plugins) as FittedPipeline;
      expect(JSON.stringify(encode(again)), step.kind).toBe(text);
      expect(columns(again.transform(tableOf(raw)))).toEqual(
        columns(fitted.transform(tableOf(raw))),
      );
    }
    const kinds = new Set(all.map(({ kind }) => kind));
    const scopes = /#(pipeline|fittedPipeline|only|except|where|includingAdded)$/;
    for (const { kind } of plugins)
      if (!scopes.test(kind)) expect(kinds.has(kind), `${kind} is tried here`).toBe(true);
  });

  it("takes rows that lack all of its columns, and reverts tables that have none of them", () => {
    for (const step of all) {
      const fitted = pipeline([step]).fit(tableOf(raw));
      expect(fitted.transform(tableOf({ other: [1, 2] })).numRows(), step.kind).toBe(2);
      expect(columns(fitted.revert(tableOf({ other: [1, 2] })))).toEqual({ other: [1, 2] });
    }
  });

  it("refuses states that it has not given", () => {
    for (const step of all)
      for (const state of [7, [["x", null]], [["x", [Number.NaN]]], { x: 1 }, [7]])
        expect(() => step.fitted(state as Json), step.kind).toThrow("is not what this step");
  });

  it("refuses options that there are not", () => {
    const options = { rang: 1 } as never;
    for (const step of [minMax, clip, oneHot, impute, tukey, bins, standard, drop])
      expect(() => step("x", options), step.name).toThrow(/there is no option 'rang'; /);
    expect(() => minMax({ range: [1, 0] })).toThrow("minMax: range must be two numbers, the sma");
    expect(() => minMax(["x"] as never)).toThrow("minMax: expected names of columns, or scopes");
    expect(() => made(impute("kind"), raw)).toThrow('pass { with: "mode" } or a value');
    expect(() =>
      made(
        custom(() => undefined as never),
        raw,
      ),
    ).toThrow("custom: a function must");
    expect(() => minMax(3 as never)).toThrow("minMax: expected names of columns, or scopes such");
    expect(() => power("x")).toThrow("power: expected the option 'exponent', which must be");
  });
});
