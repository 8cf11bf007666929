import { js } from "@nn/backend-js";
import { tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { type RowSplit, splitData, type SplitOptions, splitRows } from "../src/index.ts";

/** How many rows each part has: train, validation, test. */
function sizes({ train, validation, test }: RowSplit): number[] {
  return [train.length, validation.length, test.length];
}

/** All row numbers in order. */
function union({ train, validation, test }: RowSplit): number[] {
  return [...train, ...validation, ...test].sort((a, b) => a - b);
}

function count(labels: readonly unknown[], rows: Int32Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[String(labels[row])] = (counts[String(labels[row])] ?? 0) + 1;
  return counts;
}

const all = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

describe("splitRows at random", () => {
  it.each<[SplitOptions, number[]]>([
    [{ test: 0.2 }, [80, 0, 20]],
    [{ validation: 0.2 }, [80, 20, 0]],
    [{ validation: 0.105, test: 30 }, [59, 11, 30]],
    [{ validation: 1, test: 1 }, [98, 1, 1]],
    [{ validation: 0.001 }, [99, 1, 0]],
    [{ train: 0.5, test: 0.1 }, [50, 0, 10]],
    [{ train: 99, test: 1 }, [99, 0, 1]],
    [{ train: 0.7, validation: 0.2, test: 0.1 }, [70, 20, 10]],
  ])("divides 100 rows by %o", (options, expected) => {
    const split = splitRows(100, options);
    expect(sizes(split)).toEqual(expected);
    expect(new Set(union(split)).size).toBe(expected.reduce((a, b) => a + b));
    for (const part of Object.values(split))
      expect([...part]).toEqual([...part].sort((a, b) => a - b));
  });

  it("uses every row where fractions add up to 1, however they are rounded", () => {
    for (const rows of [7, 10, 11, 13, 99])
      expect(union(splitRows(rows, { train: 0.7, validation: 0.15, test: 0.15 }))).toEqual(
        all(rows),
      );
  });

  it("is the same for the same seed only, and draws from everywhere", () => {
    const test = (seed?: number): number[] => [
      ...splitRows(1000, { test: 0.3, ...(seed !== undefined && { seed }) }).test,
    ];
    expect(test(7)).toEqual(test(7));
    expect(test()).toEqual(test(0));
    expect(test(8)).not.toEqual(test(7));
    // 300 of 1000 have a mean of 499.5 with a standard deviation of 13.9.
    const mean = test(7).reduce((a, b) => a + b) / 300;
    expect(Math.abs(mean - 499.5)).toBeLessThan(60);
  });
});

describe("splitRows by labels", () => {
  it("gives every part the classes in equal proportions", () => {
    const labels = all(200).map((row) => (row < 100 ? "a" : row < 160 ? "b" : "c"));
    const split = splitRows(200, { validation: 0.1, test: 0.25, labels });
    expect(union(split)).toEqual(all(200));
    expect(count(labels, split.test)).toEqual({ a: 25, b: 15, c: 10 });
    expect(count(labels, split.validation)).toEqual({ a: 10, b: 6, c: 4 });
    expect(count(labels, split.train)).toEqual({ a: 65, b: 39, c: 26 });
  });

  it("keeps sizes exact, and every class in every part", () => {
    // Classes of 3 to 60 rows, some of them far below one row a part by proportion.
    const labels = [60, 31, 17, 7, 3, 3].flatMap((size, label) => Array(size).fill(label));
    for (let seed = 0; seed < 20; seed++) {
      const split = splitRows(labels.length, { validation: 0.13, test: 0.07, labels, seed });
      expect(sizes(split)).toEqual([97, 16, 8]);
      expect(union(split)).toEqual(all(121));
      for (const part of Object.values(split))
        expect(Object.keys(count(labels, part)).length).toBe(6);
      const { 0: large } = count(labels, split.validation);
      expect(Math.abs(large! - (60 * 16) / 121)).toBeLessThan(3);
    }
  });

  it("draws within a class by the seed", () => {
    const labels = all(40).map((row) => row % 2);
    const test = (seed: number): Int32Array => splitRows(40, { test: 0.5, labels, seed }).test;
    expect(test(1)).toEqual(test(1));
    expect(test(1)).not.toEqual(test(2));
  });

  it("is within a row of the proportions where every part has room for them", () => {
    const counts = [53, 30, 11, 26, 10];
    const labels = counts.flatMap((size, label) => Array<number>(size).fill(label));
    for (let seed = 0; seed < 10; seed++) {
      const split = splitRows(130, { train: 0.3, validation: 0.21, test: 0.17, labels, seed });
      for (const part of Object.values(split) as Int32Array[])
        for (const [label, size] of counts.entries()) {
          const found = part.reduce((sum, row) => sum + Number(labels[row] === label), 0);
          expect(Math.abs(found - (size * part.length) / 130)).toBeLessThan(1);
        }
    }
  });

  it("leaves rows out where the parts are smaller than the whole", () => {
    const labels = all(100).map((row) => row % 4);
    const split = splitRows(100, { train: 20, test: 8, labels });
    expect(count(labels, split.train)).toEqual({ 0: 5, 1: 5, 2: 5, 3: 5 });
    expect(count(labels, split.test)).toEqual({ 0: 2, 1: 2, 2: 2, 3: 2 });
  });

  it("reads labels from targets of every form", () => {
    const numbers = all(30).map((row) => row % 3);
    const oneHot = numbers.map((label) => [0, 1, 2].map((at) => Number(at === label)));
    const expected = splitRows(30, { test: 6, labels: numbers });
    for (const labels of [
      numbers.map((label) => [label]),
      Float32Array.from(numbers),
      oneHot,
      oneHot.map((row) => Uint8Array.from(row)),
      { data: Float32Array.from(oneHot.flat()), shape: [30, 3] },
      numbers.map((label) => new Date(label)),
      numbers.map(String),
    ])
      expect(splitRows(30, { test: 6, labels })).toEqual(expected);
  });

  it.each<[string, SplitOptions["labels"], SplitOptions, string]>([
    [
      "a class without enough rows",
      ["a", "a", "a", "b"],
      { test: 1 },
      "splitRows: labels: class b has 1 row for 2 parts; every part needs one. Join it with another class",
    ],
    [
      "a part without room for every class",
      [0, 0, 1, 1],
      { test: 1 },
      "splitRows: labels: a part of 1 row cannot have one of each of 2 classes",
    ],
    [
      "no labels",
      null as never,
      { test: 1 },
      "splitRows: labels: expected one value a row, got null",
    ],
    [
      "dates that are none",
      [new Date(0), new Date(1), new Date(0), new Date("x")],
      { test: 1 },
      "labels: row 3 has Invalid Date; give every row a value",
    ],
    [
      "objects",
      [{ name: "a" }, { name: "a" }, { name: "b" }, { name: "b" }],
      { test: 2 },
      "labels: row 0 has an object, which is like no other; give every row a number, a string or a date",
    ],
    [
      "a shape that does not fit",
      { data: new Float32Array(6), shape: [4] },
      { test: 2 },
      "splitRows: labels: shape [4] does not hold the 6 elements",
    ],
    ["too few labels", [1, 2], { test: 1 }, "splitRows: labels: there are 2 of them for 4 rows"],
    [
      "a row without a label",
      [1, 2, null, 1],
      { test: 1 },
      "labels: row 2 has null; give every row a",
    ],
    ["NaN", [1, 2, 1, Number.NaN], { test: 1 }, "splitRows: labels: row 3 has NaN"],
    [
      "several labels a row",
      [
        [1, 1],
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      { test: 1 },
      "labels: row 0 has several values, [1,1], and is not one-hot",
    ],
    [
      "a tensor",
      tensor(js(), [1, 2, 3, 4]) as never,
      { test: 1 },
      "got a tensor; pass `await tensor.read()`",
    ],
    ["text", "abcd" as never, { test: 1 }, "labels: expected one value a row, got abcd"],
  ])("refuses %s", (_, labels, options, message) => {
    expect(() => splitRows(4, { ...options, labels: labels! })).toThrow(message);
  });
});

describe("splitRows by groups", () => {
  it("keeps groups whole and comes near to the sizes", () => {
    // 60 groups of 1 to 12 rows, mixed.
    const groups = all(400).map((row) => `g${Math.floor(60 * ((row * 0.618034) % 1) ** 2)}`);
    for (let seed = 0; seed < 20; seed++) {
      const split = splitRows(400, { validation: 0.2, test: 0.1, groups, seed });
      expect(union(split)).toEqual(all(400));
      const [train, validation, test] = Object.values(split).map((part: Int32Array) => part.length);
      expect(Math.abs(test! - 40)).toBeLessThanOrEqual(2);
      expect(Math.abs(validation! - 80)).toBeLessThanOrEqual(2);
      expect(Math.abs(train! - 280)).toBeLessThanOrEqual(4);
      const owners = Object.values(split).map((part: Int32Array) =>
        Object.keys(count(groups, part)),
      );
      expect(new Set(owners.flat()).size).toBe(owners.flat().length);
    }
  });

  it("is the random split where every row is a group", () => {
    expect(sizes(splitRows(100, { validation: 0.2, test: 13, groups: all(100) }))).toEqual([
      67, 20, 13,
    ]);
  });

  it("draws groups by the seed, large ones as well as small ones", () => {
    const groups = all(90).map((row) => (row < 30 ? 0 : row < 60 ? 1 : Math.floor(row / 10)));
    const taken = new Set<number>();
    for (let seed = 0; seed < 30; seed++)
      for (const row of splitRows(90, { test: 30, groups, seed }).test) taken.add(groups[row]!);
    expect([...taken].sort()).toEqual([0, 1, 6, 7, 8]);
  });

  it("gives every part a group, and the smallest where all are too large", () => {
    const groups = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
    const split = splitRows(12, { validation: 1, test: 1, groups });
    expect(sizes(split)).toEqual([5, 4, 3]);
    expect(sizes(splitRows(12, { validation: 6, test: 5, groups })).every((size) => size > 0)).toBe(
      true,
    );
  });

  it("refuses what are no groups, instead of taking every row for one", () => {
    for (const groups of [null, "", 0, [{ id: 1 }, { id: 1 }, { id: 2 }, { id: 2 }]])
      expect(() => splitRows(4, { test: 2, groups: groups as never })).toThrow(
        "splitRows: groups:",
      );
  });

  it("refuses fewer groups than parts", () => {
    expect(() => splitRows(4, { validation: 1, test: 1, groups: [1, 1, 2, 2] })).toThrow(
      "splitRows: groups: 2 groups cannot make 3 parts; make fewer parts",
    );
  });
});

describe("splitRows by time", () => {
  it("trains on the oldest rows and tests on the newest", () => {
    const times = [5, 1, 4, 2, 3, 0];
    expect(splitRows(6, { validation: 1, test: 2, times })).toEqual({
      train: Int32Array.of(5, 1, 3),
      validation: Int32Array.of(4),
      test: Int32Array.of(2, 0),
    });
  });

  it("leaves a gap before each later part", () => {
    expect(splitRows(10, { validation: 2, test: 2, times: true, gap: 1 })).toEqual({
      train: Int32Array.of(0, 1, 2, 3),
      validation: Int32Array.of(5, 6),
      test: Int32Array.of(8, 9),
    });
    expect(splitRows(10, { train: 3, validation: 2, times: true, gap: 2 })).toEqual({
      train: Int32Array.of(3, 4, 5),
      validation: Int32Array.of(8, 9),
      test: new Int32Array(),
    });
  });

  it("takes dates and ISO strings, and keeps equal times in the order of rows", () => {
    const days = ["2021-03-01", "2020-01-01", "2021-03-01", "2019-12-31"];
    const expected = {
      train: Int32Array.of(3, 1),
      validation: new Int32Array(),
      test: Int32Array.of(0, 2),
    };
    expect(splitRows(4, { test: 2, times: days })).toEqual(expected);
    expect(splitRows(4, { test: 2, times: days.map((day) => new Date(day)) })).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ["too few times", [1], "splitRows: times: expected one a row, 3 in all, got 1"],
    ["times that are none", [1, Number.NaN, 3], "splitRows: times: row 1 has NaN"],
    [
      "dates that are none",
      [new Date("x"), new Date(0), new Date(1)],
      "times: row 0 has Invalid Date",
    ],
    ["times of several kinds", [1, "2", 3], "splitRows: times: row 1 has 2"],
    ["missing times", [1, null, 3], "splitRows: times: row 1 has null"],
    ["false", false, "splitRows: times: expected one a row, 3 in all, got false"],
  ])("refuses %s", (_, times, message) => {
    expect(() => splitRows(3, { test: 1, times: times as true })).toThrow(message);
  });
});

describe("splitRows", () => {
  it.each<[string, number, unknown, string]>([
    ["no part", 10, {}, "splitRows: expected the size of a part, as in { validation: 0.2 }"],
    ["no options", 10, undefined, "splitRows: expected options such as { test: … }, got undefined"],
    [
      "an unknown option",
      10,
      { tests: 0.2 },
      "there is no option 'tests'; there are test, validation",
    ],
    [
      "an empty part",
      10,
      { test: 0 },
      "test must be a fraction between 0 and 1 or a whole number of rows, got 0",
    ],
    ["NaN", 10, { test: Number.NaN }, "test must be a fraction between 0 and 1 or a whole number"],
    ["text", 10, { test: "0.2" }, "test must be a fraction between 0 and 1 or a whole number"],
    [
      "a fraction above 1",
      10,
      { validation: 1.5 },
      "validation must be a fraction between 0 and 1",
    ],
    ["a negative size", 10, { validation: -1 }, "validation must be a fraction between 0 and 1"],
    [
      "parts that are more than the whole",
      10,
      { validation: 0.5, test: 0.6 },
      "splitRows: 10 rows cannot be divided into train (at least 1), validation 5 and test 6; make the parts smaller",
    ],
    [
      "all rows for the test",
      10,
      { test: 10 },
      "10 rows cannot be divided into train (at least 1)",
    ],
    [
      "a train part that is too large",
      10,
      { train: 9, test: 2 },
      "divided into train 9, validation 0 and test 2",
    ],
    ["fewer rows than parts", 2, { validation: 0.1, test: 0.1 }, "2 rows cannot be divided"],
    [
      "a gap that takes all rows",
      4,
      { test: 1, times: true, gap: 3 },
      "validation 0 and test 1, with 3 left out between them",
    ],
    ["a gap without times", 10, { test: 1, gap: 3 }, "splitRows: a gap needs the order of times"],
    ["half a gap", 10, { test: 1, times: true, gap: 0.5 }, "gap must be a whole number of rows"],
    [
      "two ways at once",
      2,
      { test: 1, labels: [1, 2], groups: [1, 2] },
      "choose one of labels and groups",
    ],
    [
      "a seed that is none",
      10,
      { test: 1, seed: 0.5 },
      "splitRows: seed must be a whole number, got 0.5",
    ],
    ["no rows", 0, { test: 1 }, "splitRows: expected a number of rows, from 1, got 0"],
    ["data", [[1]] as never, { test: 1 }, "splitRows: expected a number of rows, from 1, got 1"],
  ])("refuses %s", (_, rows, options, message) => {
    expect(() => splitRows(rows, options as SplitOptions)).toThrow(message);
  });
});

describe("splitData", () => {
  it("divides a data set as its row numbers are", () => {
    const data = {
      inputs: { x: all(10).map((row) => [row]), y: Float32Array.from(all(10)) },
      targets: all(10),
    };
    const options = { validation: 3, test: 2, seed: 5 } as const;
    const { train, validation, test } = splitData(data, options);
    const rows = splitRows(10, options);
    expect([train.targets, validation.targets, test.targets]).toEqual(
      [rows.train, rows.validation, rows.test].map((part) => [...part]),
    );
    expect(validation.inputs.y).toEqual(Float32Array.from(rows.validation));
  });

  it("has the parts that were asked for", () => {
    expect(Object.keys(splitData([1, 2, 3], { test: 1 })).sort()).toEqual(["test", "train"]);
  });

  it("refuses data of several lengths", () => {
    expect(() => splitData({ inputs: [1, 2], targets: [1] }, { test: 1 })).toThrow(
      "splitData: data.targets: has 1 rows where splitData: data.inputs has 2",
    );
  });
});
