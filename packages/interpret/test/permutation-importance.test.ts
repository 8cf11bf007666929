import { wasm } from "@nn/backend-wasm";
import {
  add,
  cast,
  gather,
  mul,
  reshape,
  sequential,
  square,
  sum,
  tensor,
  type Tensor,
} from "@nn/core";
import { dense, relu } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { r2, rocAuc } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { describe, expect, it } from "vitest";
import { type Importance, type ImportanceProgress, permutationImportance } from "../src/index.ts";
import { backend, column, modelOf, prices, someHouses, someRows } from "./support.ts";

const data = someHouses();
const names = ["a", "b", "c", "d", "e"];
const options = { model: prices, data, metric: r2(), names, backend, repeats: 5 };

function find({ features }: Importance, name: string): Importance["features"][number] {
  return features.find((feature) => feature.name === name)!;
}

describe("permutationImportance", () => {
  it("sorts features, says how often and on what, and finds nothing where a model does not look", async () => {
    const found = await permutationImportance({ ...options, seed: 3 });
    expect(found.features.map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e"]);
    expect(found).toMatchObject({ score: "r2", better: "higher", rows: 200, repeats: 5, seed: 3 });
    expect(found.base).toBeCloseTo(1, 6);
    expect(find(found, "e")).toEqual({
      name: "e",
      columns: ["e"],
      mean: 0,
      deviation: 0,
      share: 0,
      drops: [0, 0, 0, 0, 0],
    });
  });

  it("finds nothing in a column that is the same everywhere", async () => {
    const inputs = data.inputs.map(([, ...rest]) => [1, ...rest]);
    const found = await permutationImportance({ ...options, data: { ...data, inputs } });
    expect(find(found, "a")).toMatchObject({ mean: 0, deviation: 0, share: 0 });
  });

  it("gives means, deviations and shares of the drops", async () => {
    const found = await permutationImportance(options);
    let shares = 0;
    for (const { mean, deviation, share, drops } of found.features) {
      const average = drops.reduce((total, drop) => total + drop, 0) / 5;
      const variance = drops.reduce((total, drop) => total + (drop - average) ** 2, 0) / 5;
      expect(mean).toBeCloseTo(average, 12);
      expect(deviation).toBeCloseTo(Math.sqrt(variance), 12);
      shares += share;
    }
    expect(shares).toBeCloseTo(1, 12);
  });

  it("counts features that make a model worse as no part of the whole", async () => {
    // The sum of two columns, of which only the first is in the targets.
    const inputs = someRows(300, 2);
    const targets = inputs.map(([a, b]) => [2 * a! - b!]);
    const model = modelOf((x: Tensor) => add(mul(column(x, 0), 2), column(x, 1)));
    const found = await permutationImportance({
      ...options,
      names: ["a", "b"],
      model,
      data: { inputs, targets },
    });
    const [first, second] = found.features;
    expect(second!.mean).toBeLessThan(0);
    expect([first!.share, second!.share]).toEqual([1, 0]);
  });

  it("is plain data", async () => {
    const found = await permutationImportance(options);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("gives the same for the same seed, something else for another one", async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => permutationImportance({ ...options, seed })),
    );
    expect(again).toEqual(first);
    expect(find(other!, "a").drops).not.toEqual(find(first!, "a").drops);
  });

  it("shuffles in the same orders whatever is asked for, and more of them where there are more repeats", async () => {
    const all = await permutationImportance(options);
    const some = await permutationImportance({ ...options, features: ["c", 0], repeats: 7 });
    expect(some.features.map(({ name }) => name)).toEqual(["a", "c"]);
    for (const { name, drops } of some.features)
      expect(drops.slice(0, 5)).toEqual(find(all, name).drops);
  });

  it("shuffles the columns of a group together", async () => {
    const inputs = someRows(300, 1).map(([a]) => [a!, a! ** 2, a!]);
    const targets = inputs.map(([a]) => [a!]);
    // It is right as long as a column and its square belong together.
    const model = modelOf((x: Tensor) =>
      add(column(x, 0), add(square(column(x, 0)), mul(column(x, 1), -1))),
    );
    const shared = { ...options, names: ["a", "a²", "copy"], model, data: { inputs, targets } };
    const apart = await permutationImportance(shared);
    const together = await permutationImportance({ ...shared, groups: { both: ["a", 1] } });
    expect(together.features.map(({ name, columns }) => [name, columns])).toEqual([
      ["both", ["a", "a²"]],
      ["copy", ["copy"]],
    ]);
    expect(find(apart, "a²").mean).toBeGreaterThan(0.1);
    // Together, the square cancels out, and what is left is the drop of a model that returns the shuffled column.
    const linear = modelOf((x: Tensor) => column(x, 0));
    const expected = await permutationImportance({ ...shared, model: linear });
    find(together, "both").drops.forEach((drop, at) =>
      expect(drop).toBeCloseTo(find(expected, "a").drops[at]!, 5),
    );
  });

  it("does not depend on the batch size", async () => {
    const whole = await permutationImportance(options);
    for (const batchSize of [1, 7, 64, 200]) {
      const found = await permutationImportance({ ...options, batchSize, repeats: 2 });
      for (const { name, drops } of found.features)
        drops.forEach((drop, at) => expect(drop).toBeCloseTo(find(whole, name).drops[at]!, 5));
    }
  });

  it("looks at the rows that are listed or drawn", async () => {
    const rows = Int32Array.from({ length: 50 }, (_, i) => 3 * i);
    const listed = await permutationImportance({ ...options, rows });
    const part = {
      inputs: Array.from(rows, (row) => data.inputs[row]!),
      targets: Array.from(rows, (row) => data.targets[row]!),
    };
    expect(listed).toEqual(await permutationImportance({ ...options, data: part }));
    const drawn = await permutationImportance({ ...options, rows: 50 });
    expect(drawn.rows).toBe(50);
    expect(await permutationImportance({ ...options, rows: 50 })).toEqual(drawn);
    expect((await permutationImportance({ ...options, rows: 5000 })).rows).toBe(200);
  });

  it("weights the rows of a loss", async () => {
    const weights = data.inputs.map((_, row) => Number(row < 50));
    const { metric: _, ...shared } = options;
    const rows = Array.from({ length: 50 }, (_, i) => i);
    const targets = data.targets.map(([value]) => [value! + 0.5]);
    const weighted = await permutationImportance({
      ...shared,
      data: { ...data, targets, weights },
      loss: mse(),
    });
    expect(weighted.base).toBeCloseTo(0.25, 5);
    // A row that counts may get the values of one that does not.
    const alone = await permutationImportance({
      ...shared,
      data: { ...data, targets },
      loss: mse(),
      rows,
    });
    expect(weighted.base).toBeCloseTo(alone.base, 6);
    expect(find(weighted, "a").mean).toBeGreaterThan(0.3);
  });

  it("takes metrics that keep all rows", async () => {
    const targets = data.targets.map(([value]) => Number(value! > 0));
    const found = await permutationImportance({
      ...options,
      data: { ...data, targets },
      metric: rocAuc({ from: "logits" }),
      batchSize: 64,
    });
    expect(found.base).toBe(1);
    expect(found.features[0]).toMatchObject({ name: "a" });
    expect(find(found, "e").mean).toBe(0);
  });

  it("takes inputs of several tensors, whole numbers and bytes", async () => {
    const zip = Int32Array.from({ length: 120 }, (_, row) => row % 6);
    const pixels = {
      data: Uint8Array.from({ length: 240 }, (_, i) => (i * 37) % 256),
      shape: [120, 2],
    };
    const numbers = someRows(120, 2);
    const model = modelOf(
      (x: { readonly zip: Tensor; readonly pixels: Tensor; readonly numbers: Tensor }) => {
        const table = tensor(backend, [0, 3, 1, 4, 1, 5]);
        const bytes = mul(cast(x.pixels, "f32"), 1 / 256);
        const total = add(gather(table, x.zip), column2(bytes, 1));
        return reshape(add(total, column2(x.numbers, 0)), [x.zip.size, 1]);
      },
    );
    const column2 = (x: Tensor, at: number): Tensor => sum(column(x, at), 1);
    const targets = Array.from(zip, (code, row) => [
      [0, 3, 1, 4, 1, 5][code]! + pixels.data[2 * row + 1]! / 256 + numbers[row]![0]!,
    ]);
    const found = await permutationImportance({
      model,
      data: { inputs: { zip, pixels, numbers }, targets },
      metric: r2(),
      backend,
    });
    expect(found.base).toBeCloseTo(1, 6);
    const means = Object.fromEntries(found.features.map(({ name, mean }) => [name, mean]));
    expect(Object.keys(means)[0]).toBe("zip");
    expect(means).toMatchObject({ "pixels/0": 0, "numbers/1": 0 });
    expect(means["pixels/1"]).toBeGreaterThan(0.01);
    expect(means["numbers/0"]).toBeGreaterThan(0.1);
  });

  it("takes what fit returns, on any backend and in both precisions", async () => {
    const own = wasm();
    try {
      for (const dtype of ["f32", "f64"] as const) {
        const results = [];
        for (const home of [backend, own]) {
          const result = await fit({
            backend: home,
            model: sequential([dense(8, { activation: relu() }), dense(1)]),
            data,
            dtype,
            loss: mse(),
            optimizer: momentum({ learningRate: 0.02 }),
            epochs: 15,
            seed: 7,
          });
          const { model, parameters, state } = result;
          results.push(
            await permutationImportance({ model: result, data, metric: r2(), repeats: 3 }),
            await permutationImportance({
              model: { model, parameters, state },
              data,
              metric: r2(),
              repeats: 3,
            }),
          );
        }
        const [first, same, ...others] = results;
        expect(same).toEqual(first);
        for (const other of others)
          for (const { name, mean } of other.features)
            expect(mean).toBeCloseTo(find(first!, name).mean, dtype === "f64" ? 9 : 3);
        expect(first!.features[0]!.name).toBe("0");
      }
    } finally {
      await own.close?.();
    }
  });

  it("takes the names of a stored model's columns", async () => {
    const model = { ...prices, columns: { inputs: names } };
    const { names: _, ...rest } = options;
    expect((await permutationImportance({ ...rest, model })).features[0]!.name).toBe("a");
  });

  it("tells how far it is, and stops at a signal", async () => {
    const told: ImportanceProgress[] = [];
    await permutationImportance({ ...options, repeats: 2, onProgress: (at) => told.push(at) });
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told.at(-1)).toEqual({ done: 10, total: 10, feature: "e" });
    const reason = new Error("enough");
    await expect(
      permutationImportance({ ...options, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    await expect(
      permutationImportance({ ...options, repeats: 3000, signal: controller.signal }),
    ).rejects.toBe(reason);
  });
});
