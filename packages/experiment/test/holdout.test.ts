import { decode, encode } from "@nn/core";
import { holdout, plugins } from "@nn/experiment";
import { expect, it } from "vitest";

it("holds a share of the rows back, drawn by the seed", () => {
  const [split, ...others] = holdout({ share: 0.3 }).split({ rows: 10, seed: 3 });
  expect(others).toEqual([]);
  expect(split!.validation).toHaveLength(3);
  expect([...split!.train, ...split!.validation].toSorted((a, b) => a - b)).toEqual([
    ...Array(10).keys(),
  ]);
  expect(holdout({ share: 0.3 }).split({ rows: 10, seed: 3 })).toEqual([split]);
  const others9 = Array.from({ length: 9 }, (_, seed) =>
    holdout().split({ rows: 50, seed })[0]!.validation.join(),
  );
  expect(new Set(others9).size).toBe(9);
});

it("holds the last rows back without shuffling, at least one and not all", () => {
  const rowsOf = (share: number, rows: number) =>
    Array.from(holdout({ share, shuffle: false }).split({ rows, seed: 0 })[0]!.validation);
  expect(rowsOf(0.25, 8)).toEqual([6, 7]);
  expect(rowsOf(0.01, 3)).toEqual([2]);
  expect(rowsOf(0.99, 3)).toEqual([1, 2]);
  expect(() => holdout().split({ rows: 1, seed: 0 })).toThrow("at least 2 rows");
});

it("comes back from JSON, and refuses what it cannot do", () => {
  const json = encode(holdout({ share: 0.1, shuffle: false }));
  expect(encode(decode(json, plugins))).toEqual(json);
  for (const share of [0, 1, -1, Number.NaN, "x"])
    expect(() => holdout({ share } as never)).toThrow("holdout: share");
  expect(() => holdout({ shuffle: 1 } as never)).toThrow("holdout: shuffle");
  expect(() => holdout({ size: 1 } as never)).toThrow("no option 'size'");
  expect(() => holdout(null as never)).toThrow("expected options");
});
