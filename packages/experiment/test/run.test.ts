import type { Json } from "@nn/core";
import {
  ExperimentError,
  type ExperimentResult,
  readExperiment,
  runExperiment,
} from "@nn/experiment";
import { kFold, tableOf } from "@nn/trainer-kfold";
import { describe, expect, it } from "vitest";
import { backend, houses, plugins, read, table } from "./support.ts";

const run = (
  changes: { readonly [name: string]: Json } = {},
  rows = table,
): Promise<ExperimentResult> =>
  runExperiment(read({ ids: "id", ...changes }), { table: rows, backend });

const bitsOf = ({ figures, history, predictions }: ExperimentResult): string =>
  JSON.stringify([{ ...figures, seconds: 0 }, history, predictions]);

const problemsWith = async (
  changes: { readonly [name: string]: Json },
  rows = table,
): Promise<string> => {
  const error = await run(changes, rows).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ExperimentError);
  return (error as Error).message;
};

describe("runExperiment", () => {
  it("comes to what kFold comes to, as plain JSON", async () => {
    const { figures, history, predictions } = await run();
    const { model, pipeline, optimizer, loss, metrics, folds } = read();
    const result = await kFold({
      data: table,
      target: "price",
      ids: "id",
      pipeline: pipeline!,
      model,
      loss,
      metrics,
      optimizer,
      folds,
      backend,
      epochs: 4,
      batchSize: 8,
      seed: 7,
    });
    const { mean, standardDeviation, best, worst, folds: byFold, interval } = result.metrics["r2"]!;
    expect(figures.metrics["r2"]).toEqual({
      mean,
      standardDeviation,
      best,
      worst,
      folds: byFold,
      interval,
    });
    expect(figures.transformed["loss"]!.mean).toBe(result.transformedMetrics.loss.mean);
    expect(figures.outOfFold).toEqual(result.outOfFold.metrics);
    expect(figures).toMatchObject({
      ended: "folds",
      units: "original",
      rows: 30,
      best: result.best.fold,
      epochs: 12,
      parameters: 4 * 4 + 4 + 4 * 4 + 4 + 4 + 1,
      better: { loss: "lower", r2: "higher" },
      inputs: ["area", "sold_month", "city_Kent", "city_Seattle"].toSorted(
        (a, b) => result.best.columns!.inputs.indexOf(a) - result.best.columns!.inputs.indexOf(b),
      ),
    });
    expect(figures.folds.map(({ rows }) => rows)).toEqual(
      Array.from({ length: 3 }, () => ({ train: 20, validation: 10 })),
    );
    expect(history.folds.map((fold) => fold["validation/r2"])).toEqual(
      result.folds.map((fold) => fold.history["validation/r2"]),
    );
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
    expect(predictions!.predicted["price"]).toEqual(result.outOfFold.columns!["price"]);
    expect(Array.from(predictions!.actual["price"]!)).toEqual(table.array("price"));
    expect(predictions!.ids).toEqual(table.array("id"));
    for (const { fold, validation } of result.folds)
      for (const row of validation) expect(predictions!.folds[row]).toBe(fold);
  });

  it("comes to the same bits again, from its own JSON too, and to others from another seed", async () => {
    const first = await run();
    const { json } = read({ ids: "id" });
    expect(bitsOf(await runExperiment(readExperiment(json, { plugins }), { table, backend }))).toBe(
      bitsOf(first),
    );
    expect(bitsOf(await run({ seed: 8 }))).not.toBe(bitsOf(first));
  });

  it("has null where there is no figure", async () => {
    const { figures } = await run({ folds: { kind: "holdout", share: 0.2 } });
    expect(figures.metrics["r2"]).toMatchObject({
      standardDeviation: null,
      interval: [null, null],
    });
    expect(figures.metrics["r2"]!.mean).toBeTypeOf("number");
  });

  it("tells only of rows that were held back", async () => {
    const { predictions, folds } = await run({
      folds: { kind: "holdout", share: 0.2, shuffle: false },
    });
    expect(Array.from(predictions!.rows)).toEqual([24, 25, 26, 27, 28, 29]);
    expect(predictions!.ids).toEqual(Array.from(table.array("id")).slice(24));
    expect(predictions!.predicted["price"]).toEqual(folds.outOfFold.columns!["price"]!.slice(24));
  });

  it("tells of columns whatever they are called", async () => {
    const { predictions } = await run(
      { target: "constructor", pipeline: ["minMax"], epochs: 1 },
      tableOf({
        id: table.array("id"),
        area: table.array("area"),
        constructor: table.array("price"),
      }),
    );
    expect(Object.keys(predictions!.predicted)).toEqual(["constructor"]);
    expect(Array.from(predictions!.actual["constructor"]!)).toEqual(table.array("price"));
  });

  it("averages members, with as many models and epochs", async () => {
    const { figures, folds } = await run({ members: 2 });
    expect(folds.folds.map(({ members }) => members.length)).toEqual([2, 2, 2]);
    expect(figures.epochs).toBe(24);
    expect(figures.folds[0]).toMatchObject({ members: 2, seed: 7 });
  });

  it("makes new callbacks for every fold, which end it early", async () => {
    const callbacks = [{ kind: "earlyStopping", patience: 1, minimumChange: 1e9 }];
    const { figures } = await run({ callbacks, epochs: 30 });
    expect(figures.folds.map(({ epochs }) => epochs)).toEqual([2, 2, 2]);
  });

  it("counts rows by their weights", async () => {
    const weights = Array.from({ length: 30 }, (_, row) => (row < 15 ? 1 : 5));
    const rows = tableOf({
      ...Object.fromEntries(table.columnNames().map((name) => [name, table.array(name)])),
      w: weights,
    });
    const { figures } = await run({ weights: "w" }, rows);
    expect(figures.inputs).not.toContain("w");
    expect(figures.transformed["loss"]).not.toEqual((await run()).figures.transformed["loss"]);
  });

  it("ends with the signal, with the folds that finished", async () => {
    const stop = new AbortController();
    const { figures } = await runExperiment(read({ ids: "id", keep: "all" }), {
      table,
      backend,
      signal: stop.signal,
      observe: (fold) => ({ epoch: () => (fold === 1 ? stop.abort() : undefined) }),
    });
    expect(figures).toMatchObject({ ended: "signal", folds: [{ fold: 0 }] });
    const before = runExperiment(read({ ids: "id" }), {
      table,
      backend,
      signal: AbortSignal.abort(),
    });
    await expect(before).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the model that is kept", () => {
  const predicted = async ({ model }: ExperimentResult) =>
    Array.from((await model.predictTable(table)).array("price") as Float64Array);

  it("is that of the best fold, or the mean of all", async () => {
    const best = await run();
    const byFold = await Promise.all(
      best.folds.folds.map(async (fold) =>
        Array.from((await fold.predictTable(table)).array("price") as Float64Array),
      ),
    );
    expect(await predicted(best)).toEqual(byFold[best.figures.best]);
    const mean = byFold[0]!.map((value, row) => (value + byFold[1]![row]! + byFold[2]![row]!) / 3);
    for (const [row, value] of (await predicted(await run({ keep: "ensemble" }))).entries())
      expect(value / mean[row]!).toBeCloseTo(1, 5);
  });

  it("is trained anew on all rows", async () => {
    const all = await run({ keep: "all" });
    // The scale of minMax is that of all rows, which is not that of any fold's training rows.
    const states = JSON.stringify(all.model.pipeline!.config);
    expect(states).toContain(String(Math.log10(Math.max(...(table.array("price") as number[])))));
    expect(await predicted(all)).toEqual(await predicted(await run({ keep: "all" })));
    expect((await predicted(all)).every(Number.isFinite)).toBe(true);
    const { figures } = await run();
    expect(all.figures.metrics).toEqual(figures.metrics);
  });

  it("on all rows has members, too, and as many epochs as were best where callbacks go back", async () => {
    const seen: number[] = [];
    const observeAll = (member: number) => ({
      epoch: () => void (seen[member] = (seen[member] ?? 0) + 1),
    });
    const callbacks = [{ kind: "earlyStopping", patience: 1, minimumChange: 1e9 }];
    const experiment = read({ ids: "id", keep: "all", members: 2, callbacks, epochs: 30 });
    const { model, folds } = await runExperiment(experiment, { table, backend, observeAll });
    const best = folds.folds.flatMap(({ members }) => members.map(({ bestEpoch }) => bestEpoch));
    expect(seen).toEqual(Array(2).fill(best.toSorted((a, b) => a - b)[3]));
    expect(Object.keys(model.parameters).filter((path) => path.startsWith("1/"))).toHaveLength(6);
  });

  it("on all rows leaves out what the pipeline leaves out", async () => {
    const pipeline = [
      ...houses.pipeline.slice(0, -1),
      { kind: "tukey", columns: ["price"], fences: 0.1 },
      "minMax",
    ];
    const { model } = await run({ keep: "all", pipeline });
    expect((await model.predictTable(table)).numRows()).toBe(30);
  });
});

describe("data that an experiment does not go with", () => {
  it("is not there at all", async () => {
    await expect(runExperiment(read(), {} as never)).rejects.toThrow("expected { table }");
    await expect(runExperiment(houses as never, { table, backend })).rejects.toThrow(
      "expected what readExperiment() makes of JSON, got { name, data",
    );
  });

  it("is told before training, with the path and the nearest name", async () => {
    expect(await problemsWith({ target: "prise" })).toBe(
      "/target: there is no column 'prise' after the pipeline; did you mean 'price'?",
    );
    expect(await problemsWith({ target: ["price", "aera"] })).toBe(
      "/target/1: there is no column 'aera' after the pipeline; did you mean 'area'?",
    );
    expect(await problemsWith({ ids: "idd" })).toMatch(
      "/ids: there is no column 'idd'; did you mean 'id'?",
    );
    expect(await problemsWith({ weights: "w" })).toMatch("/weights: there is no column 'w'");
    expect(await problemsWith({ folds: { kind: "stratified", labels: "ctiy" } })).toMatch(
      "/folds/labels: there is no column 'ctiy'; did you mean 'city'?",
    );
    expect(await problemsWith({ folds: 31 })).toMatch(
      "/folds: kFolds: 30 rows do not make 31 folds",
    );
    const repeated = { kind: "repeated", splitter: { kind: "grouped", groups: "ctiy" }, times: 2 };
    expect(await problemsWith({ folds: repeated })).toMatch(
      "/folds/splitter/groups: there is no column",
    );
  });

  it("is looked for at each step, as the steps before have left it", async () => {
    const [first, ...others] = houses.pipeline;
    const scope = { kind: "squared", columns: ["area", { kind: "except", names: ["prize"] }] };
    expect(await problemsWith({ pipeline: [first!, scope, ...others] })).toBe(
      "/pipeline/1/columns/1/names/0: there is no column 'prize' at this step; did you mean 'price'?",
    );
    expect(
      await problemsWith({
        pipeline: [...others, { kind: "extractDate", column: "sold", parts: ["month"] }],
      }),
    ).toMatch("/pipeline/4/column: there is no column 'sold' at this step");
    expect(
      await problemsWith({
        pipeline: [{ kind: "replaceWhere", column: "area", value: 1, by: { column: "aera" } }],
      }),
    ).toMatch(
      "/pipeline/0/by/column: there is no column 'aera' at this step; did you mean 'area'?",
    );
  });

  it("is kept from steps where it is named as ids or weights", async () => {
    const drop = { kind: "drop", columns: ["id"] };
    expect(await problemsWith({ pipeline: [drop, ...houses.pipeline] })).toBe(
      "/pipeline/0/columns/0: no step sees column 'id', which is named as ids; it needs none",
    );
  });

  it("may have columns that are made of values in late rows", async () => {
    const rows = 260;
    const city = Array.from({ length: rows }, (_, row) =>
      row < 230 ? "Kent" : ["Seattle", "Kent"][row % 2],
    );
    const late = tableOf({
      city,
      area: Array.from({ length: rows }, (_, row) => row % 17),
      price: Array.from({ length: rows }, (_, row) => 2 + (row % 17)),
    });
    const pipeline = [
      { kind: "oneHot", columns: ["city"] },
      { kind: "drop", columns: ["city_Seattle"] },
      "minMax",
    ];
    const { figures } = await runExperiment(read({ pipeline, epochs: 1 }), {
      table: late,
      backend,
    });
    expect(figures.inputs).toEqual(
      ["city_Kent", "area"].toSorted(
        (a, b) => figures.inputs.indexOf(a) - figures.inputs.indexOf(b),
      ),
    );
    const wrong = [pipeline[0]!, { kind: "drop", columns: ["city_Seatle"] }];
    const error = await runExperiment(read({ pipeline: wrong }), { table: late, backend }).catch(
      String,
    );
    expect(error).toContain(
      "/pipeline/1/columns/0: there is no column 'city_Seatle' at this step; did you mean 'city_Seattle'?",
    );
  });

  it("without rows is refused", async () => {
    expect(await problemsWith({}, tableOf({ price: [] }))).toBe(
      "/data/file: expected rows to learn from, got an empty table",
    );
  });
});
