import { tensor } from "@nn/core";
import { r2 } from "@nn/metrics";
import { describe, expect, it } from "vitest";
import { type Columns, permutationImportance, type Predict } from "../src/index.ts";
import { backend, someHouses } from "./support.ts";

const { inputs, targets } = someHouses(100);
const at = (column: number): number[] => inputs.map((row) => row[column]!);
const houses: Columns = {
  a: Float32Array.from(at(0)),
  b: at(1),
  code: at(2).map((value) => (value > 0 ? "north" : "south")),
};
const given = inputs.map(([a = 0, b = 0, c = 0]) => [a + b + (c > 0 ? 1 : 0)]);
const predict: Predict = ({ a, b, code }) =>
  Array.from(a!, (value, row) => [
    Number(value) + Number(b![row]) + (code![row] === "north" ? 1 : 0),
  ]);
const options = { predict, data: { inputs: houses, targets: given }, metric: r2(), backend };

describe("permutationImportance of a function", () => {
  it("shuffles columns of any values", async () => {
    const found = await permutationImportance(options);
    expect(found.base).toBeCloseTo(1, 9);
    expect(found.features.map(({ name }) => name).sort()).toEqual(["a", "b", "code"]);
    for (const { mean } of found.features) expect(mean).toBeGreaterThan(0.2);
  });

  it("gives columns of the same kinds, with the rest of a row as it is", async () => {
    const seen: Columns[] = [];
    await permutationImportance({
      ...options,
      repeats: 1,
      groups: { both: ["a", "code"] },
      predict: (columns) => {
        seen.push(columns);
        return predict(columns);
      },
    });
    expect(seen).toHaveLength(3);
    const [base, both] = seen;
    expect(base).toEqual(houses);
    expect(both!["a"]).toBeInstanceOf(Float32Array);
    expect(both!["b"]).toEqual(houses["b"]);
    expect(both!["a"]).not.toEqual(houses["a"]);
    const pairs = ({ a, code }: Columns): string[] =>
      Array.from(a!, (value, row) => `${value} ${code![row]}`).sort();
    expect(pairs(both!)).toEqual(pairs(houses));
  });

  it("takes tables, and leaves them as they are", async () => {
    const table = {
      numRows: () => 100,
      columnNames: () => Object.keys(houses),
      array: (name: string) => houses[name]!,
    };
    const before = structuredClone(houses);
    const found = await permutationImportance({
      ...options,
      data: { inputs: table, targets: given },
    });
    expect(found).toEqual(await permutationImportance(options));
    expect(houses).toEqual(before);
  });

  it("waits for promises, and computes where tensors are that are returned", async () => {
    const { backend: _, ...rest } = options;
    const found = await permutationImportance({
      ...rest,
      predict: async (columns) =>
        tensor(backend, (await predict(columns)) as number[][], { dtype: "f64" }),
    });
    expect(found).toEqual(await permutationImportance(options));
  });

  it("looks at some rows alone", async () => {
    const rows = [5, 6, 7, 8, 50, 51];
    const found = await permutationImportance({
      ...options,
      rows,
      predict: (columns) => {
        expect(columns["a"]).toHaveLength(6);
        return predict(columns);
      },
    });
    expect(found.base).toBeCloseTo(1, 9);
    expect(found.rows).toBe(6);
  });

  it("refuses predictions of another number of rows, and functions without a place to compute", async () => {
    const { backend: _, ...rest } = options;
    await expect(permutationImportance(rest)).rejects.toThrow(
      /predict returns no tensor .*pass \{ backend \}/,
    );
    await expect(permutationImportance({ ...options, predict: () => [[1], [2]] })).rejects.toThrow(
      "what predict returned has 2 rows for the 100 it was given",
    );
    await expect(
      permutationImportance({ ...options, data: { inputs: houses, targets: targets.slice(1) } }),
    ).rejects.toThrow("data.targets has 99 rows where data.inputs has 100");
    await expect(
      permutationImportance({ ...options, data: { inputs: { a: [1, 2], b: [1] }, targets } }),
    ).rejects.toThrow("data.inputs.b: has 1 rows where 'a' has 2");
  });
});
