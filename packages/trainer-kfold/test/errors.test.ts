import { js } from "@nn/backend-js";
import type { Layer } from "@nn/core";
import { momentum } from "@nn/optimizers";
import { stream } from "@nn/trainer";
import { kFold, type Split, type Splitter, stratified, timeSeries } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { curve, regression } from "./support.ts";

const refuse = (changes: object, message: RegExp | string) =>
  expect(kFold({ ...regression(), epochs: 1, ...changes })).rejects.toThrow(message);

describe("options that are wrong", () => {
  it("are named", async () => {
    await expect(kFold(undefined as never)).rejects.toThrow(/expected options such as \{ folds/);
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
    await refuse({ model: {} }, /model must be a layer such as dense\(1\), or a function/);
    await refuse({ average: () => 0 }, /average must be a layer/);
    await refuse({ observe: {} }, /observe must be a function/);
    await refuse({ data: undefined }, /kFold: data: expected \{ inputs, targets \}, got undefined/);
    await refuse(
      { target: "price" },
      /target is for data in a table; make one of columns with tableOf\(\)/,
    );
  });

  it("are those of fit, too", async () => {
    await refuse({ epochs: 0 }, "fold 0: fit: epochs must be a whole number from 1, got 0");
    await refuse({ epoch: 1 }, /fit: there is no option 'epoch'; did you mean 'epochs'/);
    await refuse({ optimizer: () => ({}) }, /fit: optimizer must be an update rule/);
    await refuse({ model: () => undefined }, /fit: model must be a layer/);
    await refuse({ callbacks: () => [1] }, /fit: callbacks must be/);
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
  });
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
