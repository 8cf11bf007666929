import type { Json } from "@nn/core";
import { type ExperimentResult, readExperiment, runExperiment } from "@nn/experiment";
import { openRun, readRun } from "@nn/experiment/node";
import { safetensors } from "@nn/safetensors";
import { tableOf } from "@nn/trainer-kfold";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { backend, classes, plugins, shapes } from "./support.ts";

const experimentWith = (changes: { readonly [name: string]: Json } = {}) =>
  readExperiment({ ...classes, ...changes }, { plugins });
const run = (changes: { readonly [name: string]: Json } = {}): Promise<ExperimentResult> =>
  runExperiment(experimentWith(changes), { table: shapes, backend });
const shareOfEqual = (a: readonly unknown[], b: ArrayLike<unknown>): number =>
  a.filter((value, row) => value === b[row]).length / a.length;

describe("classes", () => {
  it("are predicted as they are called, out of fold too", async () => {
    const { figures, predictions, model } = await run();
    const { rows, predicted, predictedLabels, actualLabels } = predictions!;
    expect(rows).toHaveLength(60);
    expect(predicted).toEqual({});
    expect(actualLabels).toEqual({ shape: shapes.array("shape") });
    // Folds have as many rows as each other, so that their mean is that of all rows.
    expect(figures.folds.map((fold) => fold.rows.validation)).toEqual([20, 20, 20]);
    const share = shareOfEqual(predictedLabels["shape"]!, shapes.array("shape"));
    expect(figures.metrics["accuracy"]!.mean).toBeCloseTo(share, 6);
    expect(share).toBeGreaterThan(0.8);
    const all = await model.predictTable(shapes);
    expect(shareOfEqual(Array.from(all.array("shape")), shapes.array("shape"))).toBeGreaterThan(
      0.8,
    );
  });

  it("have numbers beside them that the pipeline makes, such as how sure it is", async () => {
    const pipeline = [
      classes.pipeline[0]!,
      { kind: "oneHot", columns: ["shape"], confidence: true },
    ];
    const { predictions } = await run({ pipeline });
    const [name] = Object.keys(predictions!.predicted);
    expect(name).toMatch(/confidence/);
    expect(Object.keys(predictions!.predictedLabels)).toEqual(["shape"]);
    expect(predictions!.actual).toEqual({});
  });

  it("of a holdout are those of its rows, and of rows in several folds there are none", async () => {
    const { predictions } = await run({ folds: { kind: "holdout", shuffle: false } });
    expect(predictions!.actualLabels["shape"]).toEqual(Array.from(shapes.array("shape")).slice(48));
    expect(predictions!.predictedLabels["shape"]!.every((label) => typeof label === "string")).toBe(
      true,
    );
    const splitter = { kind: "stratified", labels: "shape", folds: 3 };
    const repeated = await run({ folds: { kind: "repeated", splitter, times: 2 }, epochs: 1 });
    expect(repeated.predictions).toBeUndefined();
  });

  it("are written to the predictions of a run", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "nn-classes-"));
    try {
      const data = path.join(folder, "shapes.csv");
      await writeFile(data, "");
      const table = tableOf({
        row: Array.from({ length: 60 }, (_, row) => `r${row}`),
        ...Object.fromEntries(shapes.columnNames().map((name) => [name, shapes.array(name)])),
      });
      const experiment = experimentWith({ ids: "row" });
      const open = await openRun(path.join(folder, "run"), {
        experiment,
        backend,
        data,
        format: safetensors(),
      });
      await open.finish(await runExperiment(experiment, { table, backend }));
      const { predictions } = await readRun(path.join(folder, "run"));
      const [header, first] = (await readFile(predictions!, "utf8")).split("\n");
      expect(header).toBe("row,row_value,fold,shape,shape_predicted");
      expect(first).toMatch(/^0,r0,\d,tall,(tall|wide|large)$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("are refused where the target is still text, with what to do", async () => {
    const changes = { target: "shape", pipeline: [classes.pipeline[0]!] };
    await expect(run(changes)).rejects.toThrow("which is no number; turn it into numbers");
    await expect(run({ target: "shape" })).rejects.toThrow(
      "/target: there is no column 'shape' after the pipeline; there are width, height, shape_large",
    );
  });
});
