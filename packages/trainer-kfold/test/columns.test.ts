import { js } from "@nn/backend-js";
import { sequential, type Table, type Tensor } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { r2 } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import type { DataSet } from "@nn/trainer";
import { grouped, kFold, kFolds, type KFoldOptions, tableOf } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { standardize } from "./standardize.ts";
import { randomNumbers } from "./support.ts";

const next = randomNumbers(23);
const rows = 32;
const area = Array.from({ length: rows }, () => 40 + next() * 160);
const price = area.map((value) => 50_000 + 3000 * value + 40_000 * next());
const id = area.map((_, row) => `house ${(row * 7) % rows}`);
const count = area.map((_, row) => row % 4);
const houses = tableOf({ id, area, count, price });

const options: KFoldOptions<Tensor, Tensor, Tensor> = {
  backend: js(),
  folds: kFolds({ folds: 2 }),
  data: houses,
  target: "price",
  model: sequential([dense(3, { activation: tanh() }), dense(1)]),
  loss: mse(),
  metrics: [r2()],
  optimizer: momentum({ learningRate: 0.05 }),
  epochs: 5,
  batchSize: 8,
  seed: 7,
};
const scaled = tableOf({
  id,
  area: area.map((value) => value / 100),
  count,
  price: price.map((value) => value / 1e6),
});
const refuse = (changes: object, message: RegExp | string) =>
  expect(kFold({ ...options, epochs: 1, ...changes })).rejects.toThrow(message);

describe("the column with ids", () => {
  it("stands beside predictions, and is no input", async () => {
    const data = tableOf({ id, area, price });
    const seen: unknown[] = [];
    const pipeline = standardize(["area", "price"], (table: Table) =>
      seen.push(table.columnNames()),
    );
    const { outOfFold, best, ensemble } = await kFold({ ...options, data, pipeline, ids: "id" });
    expect(seen).toEqual([
      ["area", "price"],
      ["area", "price"],
    ]);
    expect(outOfFold.ids).toEqual(id);
    const joined = tableOf({ id: outOfFold.ids!, ...outOfFold.columns });
    expect(joined.columnNames()).toEqual(["id", "price"]);
    expect(best.columns).toEqual({ inputs: ["area"], outputs: ["price"] });
    const { validation } = best;
    const predicted = (await best.predictTable(data)).array("price") as Float64Array;
    for (const row of validation)
      expect(predicted[row]! / (joined.array("price")[row] as number)).toBeCloseTo(1, 6);
    expect((await ensemble.predictTable(tableOf({ area }))).numRows()).toBe(rows);
  });

  it("is not there where none is named, and needs no pipeline", async () => {
    const data = tableOf({ area: scaled.array("area"), price: scaled.array("price") });
    const plain = await kFold({ ...options, data });
    expect(plain.outOfFold).not.toHaveProperty("ids");
    const withIds = tableOf({
      id,
      area: scaled.array("area"),
      price: scaled.array("price"),
    });
    const named = await kFold({ ...options, data: withIds, ids: "id" });
    expect(named.metrics).toEqual(plain.metrics);
    expect(named.outOfFold).toEqual({ ...plain.outOfFold, ids: id });
  });

  it("can still be what rows are grouped by", async () => {
    const folds = grouped({ groups: "id", folds: 2 });
    const data = tableOf({ id: id.map((name) => name.slice(0, 7)), area, price });
    const pipeline = standardize(["area", "price"]);
    const result = await kFold({ ...options, data, folds, pipeline, ids: "id" });
    expect(result.folds).toHaveLength(2);
  });
});

describe("the column with weights", () => {
  const { weights: _, ...rest } = options;

  it("gives what the same weights give beside arrays", async () => {
    const { target: _target, ...shared } = rest;
    const arrays = await kFold({
      ...shared,
      data: {
        inputs: area.map((value) => [value / 100]),
        targets: price.map((value) => [value / 1e6]),
        weights: Float64Array.from(count),
      },
    });
    const table = await kFold({ ...rest, data: scaled, ids: "id", weights: "count" });
    expect(table.metrics).toEqual(arrays.metrics);
    expect(table.outOfFold.metrics).toEqual(arrays.outOfFold.metrics);
    const unweighted = await kFold({
      ...rest,
      data: tableOf({ area: scaled.array("area"), price: scaled.array("price") }),
    });
    expect(unweighted.metrics.loss.mean).not.toBe(table.metrics.loss.mean);
  });

  it("counts in losses in original units, and of the rows that a pipeline trains on", async () => {
    const sets: DataSet[] = [];
    const inner = standardize(["area", "price"]);
    // Every other row to train on, in reverse order.
    const pipeline: typeof inner = {
      ...inner,
      fitTransform(table) {
        const fitted = inner.fit(table);
        const kept = Int32Array.from({ length: table.numRows() / 2 }, (_, i) => 2 * i).toReversed();
        const all = fitted.transform(table);
        const columns = all
          .columnNames()
          .map((name) => [name, Array.from(kept, (row) => all.array(name)[row])]);
        return { fitted, rows: kept, table: tableOf(Object.fromEntries(columns)) };
      },
    };
    const result = await kFold({
      ...rest,
      data: houses,
      pipeline,
      ids: "id",
      weights: "count",
      lint: (set) => void sets.push(set),
    });
    expect(result.units).toBe("original");
    const errorOf = (numbers: Iterable<number>) => {
      let [sum, total] = [0, 0];
      for (const row of numbers) {
        sum += count[row]! * (price[row]! - result.outOfFold.columns!["price"]![row]!) ** 2;
        total += count[row]!;
      }
      return sum / total;
    };
    for (const [i, { train, validation, metrics }] of result.folds.entries()) {
      expect(metrics.loss / errorOf(validation)).toBeCloseTo(1, 6);
      const kept = train.filter((_, at) => at % 2 === 0).toReversed();
      const weightsOf = (numbers: Int32Array) => Float64Array.from(numbers, (row) => count[row]!);
      expect(sets[2 * i]!.weights).toEqual(weightsOf(kept));
      expect(sets[2 * i + 1]!.weights).toEqual(weightsOf(validation));
    }
    expect(result.outOfFold.metrics!.loss / errorOf(id.keys())).toBeCloseTo(1, 6);
  });

  it("keeps rows without weight out of training and the loss", async () => {
    const pipeline = standardize([]);
    const kept = { ...options, data: scaled, pipeline, ids: "id", weights: "count" };
    const spoilt = tableOf({
      id,
      area: scaled.array("area"),
      count,
      price: Array.from(scaled.array("price"), (value, row) =>
        row % 4 === 0 ? 1000 : (value as number),
      ),
    });
    const [first, second] = [await kFold(kept), await kFold({ ...kept, data: spoilt })];
    expect(second.metrics.loss).toEqual(first.metrics.loss);
    expect(second.outOfFold.predictions).toEqual(first.outOfFold.predictions);
  });

  it("must have weights", async () => {
    const of = (values: unknown[]) => ({
      data: tableOf({ area, price, w: area.map((_, row) => values[row] ?? 1) }),
      weights: "w",
    });
    const what = "kFold: weights: column 'w' must have numbers from 0, one of them above, but ";
    await refuse(of([1, -1]), `${what}row 1 has -1`);
    await refuse(of([1, 1, Number.NaN]), `${what}row 2 has NaN`);
    await refuse(of([Number.POSITIVE_INFINITY]), `${what}row 0 has Infinity`);
    await refuse(of(["two"]), `${what}row 0 has "two"`);
    await refuse(of(area.map(() => 0)), `${what}all are 0`);
  });
});

it("says why a pipeline lacks a column that is set aside", async () => {
  const pipeline = {
    ...standardize([]),
    fit: (table: Table) => {
      if (!table.columnNames().includes("id")) throw new Error("drop: there is no column 'id'");
      return standardize([]).fit(table);
    },
  };
  await refuse(
    { pipeline, ids: "id" },
    "fold 0: drop: there is no column 'id'; kFold keeps column 'id' from the pipeline, which needs no step for it",
  );
  await refuse(
    { pipeline: standardize([]), target: "cost", ids: "id" },
    /no column 'cost' to predict/,
  );
});

it("refuses columns that do not fit the data", async () => {
  await refuse(
    { ids: "number" },
    /ids must name a column of the table, got 'number'; there are id,/,
  );
  await refuse({ weights: "w" }, /weights must name a column of the table, got 'w'/);
  await refuse({ ids: "price" }, /column 'price' is for ids and target/);
  await refuse({ weights: "price" }, /column 'price' is for weights and target/);
  await refuse({ ids: 5 }, /kFold: ids must be the name of a column, got 5/);
  await refuse({ weights: [1, 2] }, /kFold: weights must be the name of a column, got 1,2/);
  const data = { inputs: [[1], [2]], targets: [[1], [2]] };
  const arrays = { data, target: undefined };
  await refuse({ ...arrays, ids: "id" }, /ids is for data in a table; make one of columns/);
  await refuse(
    { ...arrays, weights: "w" },
    "kFold: weights is for data in a table; give data { inputs, targets, weights }",
  );
});
