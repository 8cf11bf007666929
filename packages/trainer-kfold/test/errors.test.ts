import { js } from "@nn/backend-js";
import type { Layer } from "@nn/core";
import { r2 } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import { stream } from "@nn/trainer";
import {
  kFold,
  type Split,
  type Splitter,
  stratified,
  tableOf,
  timeSeries,
} from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { curve, regression } from "./support.ts";

const refuse = (changes: object, message: RegExp | string) =>
  expect(kFold({ ...regression(), epochs: 1, ...changes })).rejects.toThrow(message);

describe("options that are wrong", () => {
  it("are named", async () => {
    await expect(kFold(undefined as never)).rejects.toThrow(
      /kFold: expected an object of options, got undefined/,
    );
    await refuse({ backend: {} }, /kFold: backend must be a backend such as js\(\)/);
    await refuse({ folds: 1 }, /folds must be a whole number from 2, got 1/);
    await refuse({ folds: "8" }, 'kFolds: folds must be a whole number from 2, got "8"');
    await refuse(
      { folds: {} },
      /folds must be a whole number from 2, or a splitter such as kFolds\(\)/,
    );
    await refuse({ folds: null }, /folds must be/);
    await refuse({ seed: 0.5 }, /seed must be a whole number up to ±2⁵², got 0.5/);
    await refuse({ seed: 2 ** 53 }, /seed must be/);
    await refuse({ seed: "7" }, 'kFold: seed must be a whole number up to ±2⁵², got "7"');
    await refuse({ model: {} }, /model must be a layer such as dense\(1\), or a function/);
    await refuse({ loss: undefined }, /kFold: loss must be a loss such as mse\(\), got undefined/);
    await refuse({ metrics: r2() }, /metrics must be a list of metrics such as r2\(\)/);
    await refuse({ callbacks: 5 }, /callbacks must be a list, or a function that makes one/);
    await refuse({ signal: {} }, /signal must be an AbortSignal/);
    await refuse({ lint: 1 }, /lint must be a function, true or false, got 1/);
    await refuse({ average: () => 0 }, /average must be a layer/);
    for (const name of ["epoch", "validation", "variables", "resume"])
      await refuse({ [name]: 1 }, `kFold: there is no option '${name}'; the options are folds, `);
    await refuse({ observe: {} }, /observe must be a function/);
    await refuse({ data: undefined }, /kFold: data: expected \{ inputs, targets \}, got undefined/);
    await refuse(
      { target: "price" },
      /target is for data in a table; make one of columns with tableOf\(\)/,
    );
  });

  it("are those of fit, too", async () => {
    await refuse({ epochs: 0 }, "fold 0: fit: epochs must be a whole number from 1, got 0");
    await refuse({ optimizer: () => ({}) }, /fit: optimizer must be an update rule/);
    await refuse({ model: () => undefined }, /fit: model must be a layer/);
    await refuse({ callbacks: () => [1] }, /fit: callbacks must be/);
    await refuse({ callbacks: () => 5 }, /kFold: callbacks must be a list, got 5 for fold 0/);
    await refuse({ monitor: "validation/mae" }, /fit: monitor must be the name of a figure/);
    await refuse({ dtype: "f16" }, /f16/);
  });

  it("may come from a factory that fails", async () => {
    const model = (): Layer => {
      throw new Error("no such model");
    };
    await refuse({ model }, "fold 0: no such model");
    const optimizer = ({ fold }: { fold: number }) =>
      momentum({ learningRate: fold === 2 ? -1 : 0.1 });
    await refuse({ optimizer }, /^fold 2: .*learningRate/);
  });
});

describe("data that does not do", () => {
  it("is refused before anything is trained", async () => {
    await refuse(
      { data: curve(3) },
      /3 rows do not make 4 folds; use at most 3, or leaveOneOut\(\)/,
    );
    await refuse({ data: curve(1) }, /kFolds: 1 rows do not make 4 folds$/);
    await refuse({ data: { inputs: [], targets: [] } }, /at least one row, got none/);
    await refuse({ data: { inputs: [[1], [2]], targets: [[1]] } }, /has 1 rows where/);
    const labels = Array.from({ length: 41 }, (_, row) => Number(row === 7));
    await refuse({ folds: stratified({ labels }) }, /class 1 has 1 rows/);
    await refuse({ folds: stratified({ labels: [1, 2, 3] }) }, /3 values for 41 rows/);
    await refuse({ folds: timeSeries({ folds: 40, size: 2 }) }, /41 rows do not make 40 folds/);
    const blocks = () => [curve(41)];
    await refuse(
      { data: stream({ rows: 41, blocks }) },
      /rows of a stream cannot be taken by their numbers/,
    );
  });

  it("is refused in splits of one's own", async () => {
    const splitter = (...splits: object[]): Splitter => ({
      kind: "@test/folds#own",
      config: {},
      split: () => splits as Split[],
    });
    const own = (train: number[], validation: number[]) =>
      splitter({ train: Int32Array.from(train), validation: Int32Array.from(validation) });
    await refuse({ folds: splitter() }, /@test\/folds#own gave no folds/);
    await refuse(
      { folds: splitter({ train: [1] }) },
      /fold 0 of @test\/folds#own has no row numbers for validation/,
    );
    await refuse({ folds: own([], [1]) }, /fold 0 of @test\/folds#own has no rows for train/);
    await refuse({ folds: own([1], []) }, /has no rows for validation/);
    await refuse({ folds: own([0, 41], [1]) }, /has row 41 for train, among 41 rows/);
    await refuse({ folds: own([0, 1], [-1]) }, /has row -1 for validation/);
    await refuse({ folds: own([0, 1], [2, 1]) }, /has row 1 for train and for validation/);
    await refuse({ folds: own([0, 0], [2, 1, 2]) }, /has row 2 for validation twice/);
    await refuse(
      { folds: splitter(null as never) },
      /fold 0 of @test\/folds#own has no row numbers for train, but undefined/,
    );
  });
});

it("refuses numbers that are not finite before it trains, also where they would be held back", async () => {
  const data = curve(41);
  data.inputs[40]![1] = Number.NaN;
  const folds = timeSeries({ folds: 2 });
  await refuse({ data, folds }, /^kFold: data.inputs: 1 value is not finite, first in row 40/);
  const area = data.inputs.map(([value]) => value!);
  const price = data.targets.map(([value]) => value!);
  price[17] = Number.POSITIVE_INFINITY;
  await refuse(
    { data: tableOf({ area, price }), target: "price" },
    /^kFold: column 'price' has Infinity in row 17; fill it in/,
  );
  const { metrics } = await kFold({ ...regression(), data, folds, epochs: 1, lint: false });
  expect(metrics.loss.folds.map(Number.isNaN)).toEqual([false, true]);
  expect(metrics.loss.mean).toBeNaN();
});

it("shows the data to a function, once", async () => {
  const seen: unknown[] = [];
  const data = curve(41);
  await kFold({ ...regression(), data, epochs: 1, lint: (set, name) => seen.push([set, name]) });
  expect(seen).toEqual([[data, "data"]]);
  const lint = () => Promise.reject(new Error("it leaks"));
  await refuse({ lint }, "it leaks");
});

it("states what comes of a target that is constant", async () => {
  const { inputs } = curve(20);
  const { metrics, best, outOfFold } = await kFold({
    ...regression(),
    backend: js(),
    data: { inputs, targets: inputs.map(() => [3]) },
    monitor: "validation/r2",
    epochs: 2,
  });
  expect(metrics["r2"]!.folds).toHaveLength(4);
  expect(metrics.loss.mean).toBeGreaterThan(0);
  expect(metrics["r2"]!.mean).not.toBeGreaterThan(0);
  expect(best.fold).toBeGreaterThanOrEqual(0);
  expect(outOfFold.metrics!["r2"]).not.toBeGreaterThan(0);
});
