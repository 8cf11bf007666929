import { readFileSync } from "node:fs";
import { corePlugins, decode, encode, type Json } from "@nn/core";
import {
  grouped,
  kFolds,
  leaveOneOut,
  plugins,
  repeated,
  type Split,
  splitOf,
  type Splitter,
  stratified,
  timeSeries,
} from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { studentQuantile } from "../src/figures/student.ts";
import { randomNumbers } from "./support.ts";

/** From scikit-learn and scipy; `origin` in the file says which. */
const reference = JSON.parse(readFileSync(new URL("reference.json", import.meta.url), "utf8")) as {
  kFolds: { rows: number; folds: number; splits: PlainSplit[] }[];
  stratified: { folds: number; labels: number[]; splits: PlainSplit[] }[];
  grouped: { folds: number; groups: number[]; sizes: number[] }[];
  timeSeries: { rows: number; options: object; splits: PlainSplit[] }[];
  students: { degrees: number; quantile: number }[];
};

interface PlainSplit {
  train: number[];
  validation: number[];
}

function plain(splits: readonly Split[]): PlainSplit[] {
  return splits.map(({ train, validation }) => ({
    train: [...train],
    validation: [...validation],
  }));
}

/** Every row on one side of every fold, and held back as often as it should be. */
function expectPartition(splits: readonly Split[], rows: number, times = 1): void {
  const held = new Int32Array(rows);
  for (const { train, validation } of splits) {
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...held.keys()]);
    expect([...validation]).toEqual([...validation].sort((a, b) => a - b));
    for (const row of validation) held[row]!++;
  }
  expect(new Set(held)).toEqual(new Set([times]));
}

function count(values: ArrayLike<unknown>, rows: Int32Array, value: unknown): number {
  return rows.filter((row) => values[row] === value).length;
}

describe("kFolds", () => {
  it("gives the folds of scikit-learn where it does not shuffle", () => {
    for (const { rows, folds, splits } of reference.kFolds)
      expect(plain(kFolds({ folds, shuffle: false }).split({ rows, seed: 1 }))).toEqual(splits);
  });

  it("holds back every row once, in folds that differ by one row at most", () => {
    const next = randomNumbers(1);
    for (let round = 0; round < 200; round++) {
      const folds = 2 + Math.floor(next() * 9);
      const rows = folds + Math.floor(next() * 60);
      const shuffle = next() < 0.5;
      const splits = kFolds({ folds, shuffle }).split({ rows, seed: round });
      expectPartition(splits, rows);
      const sizes = splits.map(({ validation }) => validation.length);
      expect(sizes.length).toBe(folds);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
    }
  });

  it("deals rows out by the seed", () => {
    const split = (seed: number) => plain(kFolds({ folds: 3 }).split({ rows: 30, seed }));
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
    expect(split(1)).not.toEqual(
      plain(kFolds({ folds: 3, shuffle: false }).split({ rows: 30, seed: 1 })),
    );
  });

  it("puts a row into every fold about as often as the others", () => {
    const hits = Array.from({ length: 10 }, () => new Int32Array(5));
    for (let seed = 0; seed < 2000; seed++)
      for (const [fold, { validation }] of kFolds().split({ rows: 10, seed }).entries())
        for (const row of validation) hits[row]![fold]!++;
    // 400 on average, with a standard deviation of 18.
    for (const row of hits) for (const times of row) expect(Math.abs(times - 400)).toBeLessThan(90);
  });
});

describe("stratified", () => {
  it("gives the folds of scikit-learn where it does not shuffle", () => {
    for (const { folds, labels, splits } of reference.stratified) {
      const splitter = stratified({ labels, folds, shuffle: false });
      expect(plain(splitter.split({ rows: labels.length, seed: 1 }))).toEqual(splits);
    }
  });

  it("gives every fold its share of every class, within one row", () => {
    const next = randomNumbers(2);
    for (let round = 0; round < 100; round++) {
      const folds = 2 + Math.floor(next() * 5);
      const classes = ["cat", "dog", "cow", "hen"].slice(0, 1 + Math.floor(next() * 4));
      const labels = classes.flatMap((name) =>
        Array<string>(folds + Math.floor(next() * 20)).fill(name),
      );
      labels.sort(() => next() - 0.5);
      const splits = stratified({ labels, folds, shuffle: next() < 0.5 }).split({
        rows: labels.length,
        seed: round,
      });
      expectPartition(splits, labels.length);
      const sizes = splits.map(({ validation }) => validation.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      for (const name of classes)
        for (const { validation } of splits) {
          const share = labels.filter((label) => label === name).length / folds;
          expect(Math.abs(count(labels, validation, name) - share)).toBeLessThan(1);
        }
    }
  });

  it("takes the labels of a column, one-hot rows and rows of one number", () => {
    const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    const expected = plain(stratified({ labels, folds: 3 }).split({ rows: 9, seed: 5 }));
    const oneHot = labels.map((label) => [0, 1, 2].map((at) => Number(at === label)));
    const forms = [oneHot, labels.map((label) => [label]), Int32Array.from(labels)];
    for (const form of forms)
      expect(plain(stratified({ labels: form, folds: 3 }).split({ rows: 9, seed: 5 }))).toEqual(
        expected,
      );
    const named = stratified({ labels: "species", folds: 3 });
    const column = (name: string) => (name === "species" ? labels : []);
    expect(plain(named.split({ rows: 9, seed: 5, column }))).toEqual(expected);
    expect(() => named.split({ rows: 9, seed: 5 })).toThrow(/'species' names a column/);
  });

  it("refuses a class that would be missing from folds, unless that is allowed", () => {
    const labels = ["a", "a", "a", "a", "b", "b"];
    const rows = labels.length;
    expect(() => stratified({ labels, folds: 3 }).split({ rows, seed: 1 })).toThrow(
      /class "b" has 2 rows.*missing from some of 3 folds; use fewer folds/,
    );
    const splits = stratified({ labels, folds: 3, allowMissing: true }).split({ rows, seed: 1 });
    expectPartition(splits, rows);
    expect(splits.map(({ validation }) => count(labels, validation, "b")).sort()).toEqual([
      0, 1, 1,
    ]);
  });
});

describe("grouped", () => {
  it("makes folds of the sizes that scikit-learn has", () => {
    for (const { folds, groups, sizes } of reference.grouped) {
      const splits = grouped({ groups, folds }).split({ rows: groups.length, seed: 1 });
      expect(splits.map(({ validation }) => validation.length)).toEqual(sizes);
    }
  });

  it("never has a group on both sides", () => {
    const next = randomNumbers(3);
    for (let round = 0; round < 100; round++) {
      const folds = 2 + Math.floor(next() * 4);
      const names = folds + Math.floor(next() * 12);
      const groups = Array.from({ length: names + 40 }, (_, row) =>
        row < names ? row : Math.floor(next() * names),
      );
      const splits = grouped({ groups, folds }).split({ rows: groups.length, seed: round });
      expectPartition(splits, groups.length);
      for (const { train, validation } of splits) {
        const trained = new Set(Array.from(train, (row) => groups[row]));
        expect(
          Array.from(validation, (row) => groups[row]).some((group) => trained.has(group)),
        ).toBe(false);
      }
    }
  });

  it("refuses fewer groups than folds", () => {
    expect(() => grouped({ groups: [1, 1, 2, 2], folds: 3 }).split({ rows: 4, seed: 1 })).toThrow(
      /2 groups do not make 3 folds/,
    );
  });
});

describe("timeSeries", () => {
  it("gives the folds of scikit-learn", () => {
    for (const { rows, options, splits } of reference.timeSeries)
      expect(plain(timeSeries(options).split({ rows, seed: 1 }))).toEqual(splits);
  });

  it("trains on the past alone", () => {
    const next = randomNumbers(4);
    for (let round = 0; round < 200; round++) {
      const folds = 2 + Math.floor(next() * 4);
      const gap = Math.floor(next() * 3);
      const rows = (folds + 1) * (gap + 2) + Math.floor(next() * 50);
      for (const { train, validation } of timeSeries({ folds, gap }).split({ rows, seed: 1 })) {
        expect(validation[0]! - train.at(-1)!).toBe(gap + 1);
        expect(train.length).toBe(validation[0]! - gap);
      }
    }
  });

  it("refuses rows that do not suffice", () => {
    expect(() => timeSeries({ folds: 5 }).split({ rows: 5, seed: 1 })).toThrow(
      /5 rows do not make 5 folds/,
    );
    expect(() => timeSeries({ folds: 2, gap: 5 }).split({ rows: 9, seed: 1 })).toThrow(
      /a smaller gap/,
    );
  });
});

describe("leaveOneOut and repeated", () => {
  it("holds every row back alone", () => {
    const splits = leaveOneOut().split({ rows: 6, seed: 1 });
    expectPartition(splits, 6);
    expect(splits.length).toBe(6);
    expect(() => leaveOneOut().split({ rows: 1, seed: 1 })).toThrow(/at least 2 rows, got 1/);
  });

  it("divides anew every time", () => {
    const splits = repeated(kFolds({ folds: 4 }), 3).split({ rows: 22, seed: 9 });
    expectPartition(splits, 22, 3);
    const rounds = [0, 4, 8].map((from) => JSON.stringify(plain(splits.slice(from, from + 4))));
    expect(new Set(rounds).size).toBe(3);
    expect(rounds[0]).toBe(
      JSON.stringify(plain(kFolds({ folds: 4 }).split({ rows: 22, seed: 9 }))),
    );
  });

  it("refuses to repeat what is the same every time", () => {
    const same = repeated(kFolds({ folds: 2, shuffle: false }), 2);
    expect(() => same.split({ rows: 8, seed: 1 })).toThrow(/gives the same folds every time/);
  });
});

describe("a seed of a splitter's own", () => {
  const labels = Array.from({ length: 24 }, (_, row) => row % 3);
  const makers: readonly ((seed?: number) => Splitter)[] = [
    (seed) => kFolds({ folds: 3, ...(seed !== undefined && { seed }) }),
    (seed) => stratified({ labels, folds: 3, ...(seed !== undefined && { seed }) }),
    (seed) => repeated(kFolds({ folds: 3 }), 2, seed === undefined ? {} : { seed }),
  ];

  it("gives the folds that it gives as the seed of all", () => {
    for (const make of makers) {
      const expected = plain(make().split({ rows: 24, seed: 5 }));
      for (const seed of [5, 6]) {
        const folds = plain(make(5).split({ rows: 24, seed }));
        expect(folds).toEqual(expected);
      }
      expect(plain(make(0).split({ rows: 24, seed: 5 }))).toEqual(
        plain(make().split({ rows: 24, seed: 0 })),
      );
      expect(plain(make().split({ rows: 24, seed: 6 }))).not.toEqual(expected);
    }
  });

  it("is refused where it is none, or where nothing is random", () => {
    for (const make of makers) {
      expect(() => make(0.5)).toThrow(/: seed must be a whole number up to ±2⁵², got 0.5/);
      expect(() => make("1" as unknown as number)).toThrow(/got "1"/);
      expect(() => make(2 ** 53)).toThrow(/got 9007199254740992/);
      expect(() => make(null as unknown as number)).toThrow(/got null/);
    }
    expect(() => kFolds({ shuffle: false, seed: 1 })).toThrow(
      "kFolds: without shuffle no seed makes a difference; leave one of them out",
    );
    expect(() => stratified({ labels, shuffle: false, seed: 1 })).toThrow(
      /^stratified: without shuffle/,
    );
    expect(() => repeated(kFolds(), 2, { seeds: 1 } as object)).toThrow(/no option 'seeds'/);
    expect(() => repeated(kFolds({ seed: 1 }), 2).split({ rows: 8, seed: 1 })).toThrow(
      /gives the same folds every time; .* and give a seed to repeated\(\) and not to that/,
    );
  });
});

it("makes splitters again from their JSON", () => {
  const labels = ["a", "b", "a", "b", "a", "b", "a", "b"];
  const splitters: Splitter[] = [
    kFolds({ folds: 3, shuffle: false }),
    stratified({ labels, folds: 2, allowMissing: true }),
    grouped({ groups: [1, 1, 2, 2, 3, 3, 4, 4], folds: 2 }),
    repeated(kFolds({ folds: 2 }), 2),
    kFolds({ folds: 3, seed: 9 }),
    stratified({ labels, folds: 2, seed: 9 }),
    repeated(kFolds({ folds: 2 }), 2, { seed: 9 }),
    leaveOneOut(),
    timeSeries({ folds: 2, gap: 1 }),
  ];
  for (const splitter of splitters) {
    const json = JSON.parse(JSON.stringify(encode(splitter))) as Json;
    const made = decode(json, [...corePlugins, ...plugins]) as Splitter;
    expect(encode(made)).toEqual(encode(splitter));
    const rows = { rows: 8, seed: 3 };
    expect(plain(made.split(rows))).toEqual(plain(splitter.split(rows)));
  }
});

it("refuses options that are wrong, and says what is expected", () => {
  expect(() => kFolds({ folds: 1 })).toThrow("kFolds: folds must be a whole number from 2, got 1");
  expect(() => kFolds({ folds: Number.NaN })).toThrow(/got NaN/);
  expect(() => kFolds({ folds: "8" as unknown as number })).toThrow('got "8"');
  expect(() => kFolds({ shuffle: 1 as unknown as boolean })).toThrow(
    /shuffle must be true or false, got 1/,
  );
  expect(() => kFolds({ fold: 3 } as object)).toThrow(
    /no option 'fold'; the options are folds, shuffle, seed/,
  );
  expect(() => kFolds({ folds: 5 }).split({ rows: 4, seed: 1 })).toThrow(
    /4 rows do not make 5 folds/,
  );
  expect(() => stratified({} as { labels: string })).toThrow(/labels must be an array/);
  expect(() => stratified({ labels: [1, Number.NaN] })).toThrow(/row 1 has NaN/);
  expect(() => stratified({ labels: [[0.5, 0.5]] })).toThrow(/row 0 has \[0.5,0.5\]/);
  expect(() => stratified({ labels: [1, 2], folds: 2 }).split({ rows: 3, seed: 1 })).toThrow(
    /2 values for 3 rows/,
  );
  expect(() => timeSeries({ gap: -1 })).toThrow(/gap must be a whole number from 0, got -1/);
  expect(() => timeSeries({ size: 0 })).toThrow(/size must be a whole number from 1, got 0/);
  expect(() => repeated(kFolds(), 0)).toThrow(/times must be a whole number from 1, got 0/);
  expect(() => repeated({} as Splitter, 2)).toThrow(/expected a splitter such as kFolds\(\)/);
  expect(() => splitOf(3, [3])).toThrow(/no row 3 among 3 rows/);
});

it("knows Student's distribution", () => {
  for (const { degrees, quantile } of reference.students)
    expect(Math.abs(studentQuantile(0.95, degrees) / quantile - 1)).toBeLessThan(1e-8);
});
