import { describe, expect, it } from "vitest";
import {
  bins,
  custom,
  extractDate,
  hashEncode,
  impute,
  interactions,
  minMax,
  oneHot,
  pipeline,
  quantile,
  rename,
  robust,
  squared,
  standard,
  type Step,
  tukey,
} from "../src/index.ts";
import { tableOf } from "./table-of.ts";

type Raw = { readonly [name: string]: ArrayLike<unknown> };

function made(step: Step | Step[], raw: Raw, other = raw): Record<string, unknown[]> {
  const result = pipeline([step].flat()).fit(tableOf(raw)).transform(tableOf(other)).columns();
  return Object.fromEntries(Object.entries(result).map(([name, values]) => [name, [...values]]));
}

describe("odd tables", () => {
  it("of no rows are prepared, and not learned from", () => {
    const raw = { d: ["2014-01-01"], kind: ["a"], x: [1] };
    const steps = [extractDate("d", ["month"]), oneHot("kind"), impute("x"), minMax("x")];
    expect(made(steps, raw, { d: [], kind: [], x: [] })).toEqual({
      d: [],
      kind_a: [],
      x: [],
      d_month: [],
    });
    expect(() => made(steps, { d: [], kind: [], x: [] })).toThrow("got an empty table");
  });

  it("of one row are learned from", () => {
    for (const step of [standard(), robust(), minMax(), quantile(), bins()])
      expect(made(step, { x: [3] }), step.kind).toEqual({ x: [0] });
  });

  it("have numbers of any kind", () => {
    const raw = {
      whole: Int32Array.of(1, 5),
      bytes: Uint8Array.of(1, 3),
      big: BigInt64Array.of(1n, 5n),
      bigs: [2n, 4n],
      holes: [1, 2],
    };
    for (const values of Object.values(made(minMax(), raw))) expect(values).toEqual([0, 1]);
    expect(() => made(minMax("x"), { x: [1n, 2n ** 60n] })).toThrow(
      "column 'x' has 1 in row 0, which is no number",
    );
  });

  it("have texts that look like numbers, which are texts", () => {
    const raw = { x: ["1", "2"], y: [1, 2] };
    expect(made(minMax(), raw)).toEqual({ x: ["1", "2"], y: [0, 1] });
    expect(() => made(minMax("x"), raw)).toThrow("column 'x' has \"1\" in row 0");
    expect(() => made(oneHot("x"), raw, { x: [1], y: [1] })).toThrow(
      "column 'x' has 1, which there was not in training, in row 0",
    );
  });

  it("have columns and levels of any name", () => {
    const raw = JSON.parse(
      '{"__proto__":[1,2],"constructor":[3,5],"hasOwnProperty":["__proto__","constructor"]}',
    ) as Raw;
    const steps = [squared("__proto__", "constructor"), oneHot(), minMax()];
    const fitted = pipeline(steps).fit(tableOf(raw));
    const prepared = fitted.transform(tableOf(raw));
    expect(prepared.columnNames()).toEqual([
      "__proto__",
      "constructor",
      "hasOwnProperty___proto__",
      "hasOwnProperty_constructor",
      "__proto___squared",
      "constructor_squared",
    ]);
    const back = fitted.revert(prepared);
    expect(back.array("__proto__")).toEqual(Float64Array.of(1, 2));
    expect(back.array("hasOwnProperty")).toEqual(["__proto__", "constructor"]);
  });

  it("with one name twice, or with columns that are none, are refused", () => {
    const twice = { numRows: () => 1, columnNames: () => ["x", "x"], array: () => [1] };
    expect(() => pipeline([]).fit(twice)).toThrow("pipeline: the table has two columns 'x'");
    expect(() =>
      pipeline([])
        .fit(tableOf({ x: [1] }))
        .transform(twice),
    ).toThrow("two columns 'x'");
    for (const column of [undefined, null, "abc", 3, {}])
      expect(() =>
        pipeline([]).fit({ ...twice, columnNames: () => ["x"], array: () => column as never }),
      ).toThrow("pipeline: column 'x' must be an array of values, got");
    expect(() =>
      made(
        custom(() => ({ x: undefined as never })),
        { x: [1] },
      ),
    ).toThrow("custom: column 'x' must be an array of values, got undefined");
    expect(() => made(minMax(), { x: [1, 2], y: [1] })).toThrow("1 values in a table of 2 rows");
  });

  it("have more levels than there can be columns", () => {
    const kind = Array.from({ length: 150_000 }, (_, i) => `id ${i}`);
    expect(() => made(oneHot(), { kind })).toThrow(
      "oneHot: column 'kind' has 150000 levels, and each would be a column; set it aside with ids",
    );
    expect(made(impute("kind", { with: "mode" }), { kind: [...kind, null] })["kind"]!.at(-1)).toBe(
      "id 0",
    );
    expect(() => hashEncode({ buckets: 2 ** 40 })).toThrow("a whole number from 2 to 10000");
    expect(() => bins({ count: 2 ** 40 })).toThrow("a whole number from 2 to 10000");
  });

  it("have levels that would have the same column", () => {
    expect(() => made(oneHot("x"), { x: [1, "1"] })).toThrow("there is a column 'x_1' already");
    expect(() => extractDate("d", ["month", "month"])).toThrow("each once");
  });

  it("have many columns", () => {
    const raw = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`c${i}`, [1, 2]]));
    const steps = [interactions(), minMax()];
    expect(Object.keys(made(steps, raw)).length).toBe(120 + (120 * 119) / 2);
  });
});

describe("odd numbers", () => {
  it("are never silently missing", () => {
    expect(() => made(interactions("a", "b"), { a: [Infinity, 1], b: [0, 1] })).toThrow(
      "interactions: 'a_times_b' would be NaN in row 0",
    );
    expect(made(interactions("a", "b"), { a: [Number.NaN, 2], b: [0, 1] })["a_times_b"]).toEqual([
      Number.NaN,
      2,
    ]);
    expect(() => made(minMax(), { x: [-1e308, 1e308] })).toThrow("are too large to learn from");
    expect(() => minMax({ range: [-1.7e308, 1.7e308] })).toThrow("minMax: range must be");
  });

  it("may be too far apart for fences", () => {
    const x = [-1e308, 0, 1e308, 1e308, -1e308];
    const { table } = pipeline([tukey()]).fitTransform(tableOf({ x }));
    expect([...table.array("x")]).toEqual(x);
  });

  it("that are refused are told with their row, whatever rows have gone", () => {
    const raw = { x: [1000, 1, 2, 3, 4, 5], y: [1, 2, 3, 4, Infinity, 6] };
    expect(() => pipeline([tukey("x", "y")]).fit(tableOf(raw))).toThrow(
      "tukey: column 'y' has Infinity in row 4",
    );
  });

  it("that a model failed to predict have no label", () => {
    const fitted = pipeline([oneHot({ confidence: true })]).fit(tableOf({ kind: ["a", "b"] }));
    const predicted = { kind_a: [Number.NaN, Number.NaN, -3], kind_b: [Number.NaN, -1, -2] };
    const back = fitted.revert(tableOf(predicted));
    expect(back.array("kind")).toEqual([null, "b", "b"]);
  });
});

describe("odd arguments", () => {
  it("are refused", () => {
    expect(() => rename("ab" as never)).toThrow("rename: expected new names");
    const fitted = pipeline([minMax()]).fit(tableOf({ x: [1, 2] }));
    for (const like of [null, "x", { x: 3 }])
      expect(() => fitted.revert(tableOf({ x: [1] }), like as never)).toThrow(
        /^revert: expected names such as/,
      );
  });
});
