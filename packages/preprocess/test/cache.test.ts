import { decode, encode } from "@nn/core";
import { array, assert, constant, double, oneof, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { hash } from "../src/cache/hash.ts";
import { frameKey } from "../src/cache/keys.ts";
import { frameOf } from "../src/frame/frame.ts";
import {
  custom,
  log10,
  memoryCache,
  minMax,
  oneHot,
  pipeline,
  plugins,
  sample,
  standard,
  type Step,
  type StepResult,
  targetEncode,
} from "../src/index.ts";
import { tableOf } from "./table-of.ts";

const raw = { x: [1, 10, 100, 50], kind: ["a", "b", "a", "b"], price: [3, 1, 4, 1] };

/** A step that counts how often it is fitted and transforms. */
function counted(counts: { fits: number; transforms: number }, kind = "test#counted"): Step {
  return {
    kind,
    config: {},
    fit: () => (counts.fits++, null),
    fitted: () => ({ transform: (frame) => (counts.transforms++, frame) }),
  };
}

describe("a pipeline with a cache", () => {
  it("does not do again what was done to the same table with the same steps", () => {
    const cache = memoryCache();
    const counts = { fits: 0, transforms: 0 };
    const make = () => pipeline([log10("x"), counted(counts), minMax()], { cache });
    const first = make().fitTransform(tableOf(raw));
    const again = make().fitTransform(tableOf({ ...raw, x: Float64Array.from(raw.x) }));
    expect(counts).toEqual({ fits: 1, transforms: 1 });
    expect(encode(again.fitted)).toEqual(encode(first.fitted));
    expect(again.table.columns()).toEqual(first.table.columns());
    make().fit(tableOf({ ...raw, x: [1, 10, 100, 51] }));
    expect(counts.fits).toBe(2);
  });

  it("begins where the steps differ", () => {
    const cache = memoryCache();
    const counts = { fits: 0, transforms: 0 };
    const steps = [log10("x"), counted(counts)];
    pipeline([...steps, minMax()], { cache }).fit(tableOf(raw));
    pipeline([...steps, standard()], { cache }).fit(tableOf(raw));
    expect(counts.fits).toBe(1);
    pipeline([log10("price"), counted(counts), minMax()], { cache }).fit(tableOf(raw));
    expect(counts.fits).toBe(2);
  });

  it("keeps what it makes of later tables, by what was learned", () => {
    const cache = memoryCache();
    const counts = { fits: 0, transforms: 0 };
    const steps = [minMax("x"), counted(counts)];
    const one = pipeline(steps, { cache }).fit(tableOf(raw));
    const other = pipeline(steps, { cache }).fit(tableOf({ ...raw, x: [1, 2, 3, 5] }));
    const later = tableOf({ x: [3], kind: ["a"] });
    const before = counts.transforms;
    const results = [one, other, one, other].map((fitted) => fitted.transform(later).array("x"));
    expect(counts.transforms).toBe(before + 2);
    expect(results.map(([x]) => x)).toEqual([2 / 99, 0.5, 2 / 99, 0.5]);
    expect(() => one.transform(later).array("price")).toThrow("which the table does not have");
  });

  it("tells rows to train on from those that it would prepare", () => {
    const cache = memoryCache();
    const houses = pipeline([targetEncode("kind", { target: "price" }), sample({ rows: 2 })], {
      cache,
    });
    const plain = pipeline(houses.config.steps);
    for (let i = 0; i < 2; i++) {
      const { fitted, table, rows } = houses.fitTransform(tableOf(raw));
      const expected = plain.fitTransform(tableOf(raw));
      expect(table.columns()).toEqual(expected.table.columns());
      expect(rows).toEqual(expected.rows);
      expect(fitted.transform(tableOf(raw)).columns()).toEqual(
        expected.fitted.transform(tableOf(raw)).columns(),
      );
    }
  });

  it("is not misled by a table that is written to", () => {
    const cache = memoryCache();
    const x = Float64Array.of(1, 2);
    const untouched = Float64Array.of(7, 8);
    const houses = pipeline([minMax("x")], { cache });
    houses.fit(tableOf({ x, untouched }));
    untouched[0] = 9;
    const { table } = houses.fitTransform(tableOf({ x, untouched: [7, 8] }));
    expect(table.array("untouched")).toEqual(Float64Array.of(7, 8));
  });

  it("is not misled where the first step is not kept, either", () => {
    const x = Float64Array.of(1, 2);
    const cache = new Map<string, StepResult>();
    const houses = pipeline([minMax("x"), standard("x")], { cache });
    const y = Float64Array.of(7, 8);
    houses.fit(tableOf({ x, y }));
    cache.delete([...cache.keys()][1]!);
    y.fill(0);
    expect(houses.fitTransform(tableOf({ x, y: [7, 8] })).table.array("y")).toEqual(
      Float64Array.of(7, 8),
    );
  });

  it("does steps of functions anew, with all that come after them", () => {
    const cache = memoryCache();
    const counts = { fits: 0, transforms: 0 };
    for (const by of [2, 3]) {
      const step = custom((all) => ({ x: (all["x"] as Float64Array).map((x) => x * by) }));
      const { table } = pipeline([step, counted(counts)], { cache }).fitTransform(tableOf(raw));
      expect(table.array("x")[0]).toBe(by);
    }
    expect(counts.fits).toBe(2);
  });

  it("leaves the cache out of its JSON", () => {
    const fitted = pipeline([minMax("x")], { cache: memoryCache() }).fit(tableOf(raw));
    expect(encode(fitted)).toEqual(encode(pipeline([minMax("x")]).fit(tableOf(raw))));
    expect(encode(decode(encode(fitted), plugins))).toEqual(encode(fitted));
  });

  it("takes a Map, and refuses what is no cache", () => {
    const cache = new Map<string, StepResult>();
    pipeline([minMax("x"), oneHot()], { cache }).fit(tableOf(raw));
    expect(cache.size).toBe(2);
    expect(() => pipeline([], { cache: {} as never })).toThrow(
      "pipeline: cache must be one such as memoryCache(), got {}",
    );
    expect(() => memoryCache({ megabytes: 0 })).toThrow("memoryCache: megabytes must be a finite");
  });
});

describe("a cache in memory", () => {
  const resultOf = (...columns: Float64Array[]): StepResult => ({
    state: null,
    frame: {
      ...frameOf("test", tableOf({})),
      columns: new Map(columns.map((column, i) => [`${i}`, column])),
    },
  });

  it("forgets what was not asked for the longest", () => {
    const cache = memoryCache({ megabytes: 0.8 * 3 });
    const megabyte = () => resultOf(new Float64Array(1e5));
    for (const key of ["a", "b", "c"]) cache.set(key, megabyte());
    cache.get("a");
    cache.set("d", megabyte());
    expect(["a", "b", "c", "d"].map((key) => cache.get(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    cache.set("e", resultOf(new Float64Array(1e6)));
    expect(["a", "c", "d", "e"].some((key) => cache.get(key))).toBe(false);
  });

  it("counts columns once that several results share", () => {
    const cache = memoryCache({ megabytes: 1.7 });
    const shared = new Float64Array(1e5);
    for (const key of ["a", "b", "c", "d"]) cache.set(key, resultOf(shared));
    cache.set("d", resultOf(shared, new Float64Array(1e5)));
    expect(["a", "b", "c", "d"].every((key) => cache.get(key))).toBe(true);
  });
});

describe("keys", () => {
  const digestOf = (...words: number[]): string => {
    const content = hash();
    content.words(Int32Array.from(words));
    return content.digest();
  };

  it("change in half of their bits where one bit of the content is another", () => {
    const words = Array.from({ length: 7 }, (_, i) => i * 1_234_567);
    const before = BigInt(`0x${digestOf(...words)}`);
    for (let bit = 0; bit < 7 * 32; bit++) {
      const changed = words.with(bit >> 5, words[bit >> 5]! ^ (1 << (bit & 31)));
      const after = BigInt(`0x${digestOf(...changed)}`);
      const different = (before ^ after).toString(2).replaceAll("0", "").length;
      expect(Math.abs(different - 64), `bit ${bit}`).toBeLessThan(30);
    }
  });

  it("differ for small numbers, and for zeros by how many there are", () => {
    const digests = new Set<string>();
    for (let i = 0; i < 100; i++) for (let j = 0; j < 100; j++) digests.add(digestOf(i, 0, j));
    expect(digests.size).toBe(10_000);
    const zeros = [0, 1, 2, 3, 4, 5, 8].map((count) => digestOf(...Array<number>(count).fill(0)));
    expect(new Set(zeros).size).toBe(zeros.length);
  });

  it("differ where tables do", () => {
    const cell = oneof(
      constant(null),
      constant(undefined),
      double(),
      string({ maxLength: 3 }),
      constant(true),
      constant(1n),
    );
    const column = array(cell, { minLength: 2, maxLength: 5 });
    const keyOf = (values: readonly unknown[]): string | undefined =>
      frameKey(frameOf("test", tableOf({ values })));
    assert(
      property(tuple(column, column), ([a, b]) => {
        const same =
          a.length === b.length && a.every((value, i) => Object.is(missing(value), missing(b[i])));
        expect(keyOf(a)).toBe(keyOf([...a]));
        if (!same) expect(keyOf(a) === keyOf(b)).toBe(false);
      }),
      { seed: 5, numRuns: 300 },
    );
    expect(keyOf(["a", "bc"])).not.toBe(keyOf(["ab", "c"]));
    expect(keyOf([1, 2, 3])).not.toBe(keyOf([1, 2, 3, 0]));
    expect(keyOf(["1", "x"])).not.toBe(keyOf([1, "x"]));
    expect(keyOf([{}, "x"])).toBeUndefined();
    const named = (name: string) => frameKey(frameOf("test", tableOf({ [name]: [1] })));
    expect(named("a")).not.toBe(named("b"));
  });

  function missing(value: unknown): unknown {
    return typeof value === "bigint" ? Number(value) : (value ?? Number.NaN);
  }
});
