import { js } from "@nn/backend-js";
import { jit, mapTree, sum, tensor, type Metric, type Tensor, type TensorMap } from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  confusionMatrix,
  mae,
  measure,
  plugins,
  r2,
  rocAuc,
  topK,
  type Values,
} from "../src/index.ts";

const backend = js();

/** Numbers that repeat only after a while. */
function wave(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => Math.sin(i * i));
}

describe("measure", () => {
  it("takes tensors, nested arrays, typed arrays and arrays with a shape", async () => {
    const forms: readonly Values[] = [
      [[1], [2], [4]],
      [1, 2, 4],
      Float32Array.of(1, 2, 4),
      Int32Array.of(1, 2, 4),
      { data: Uint8Array.of(1, 2, 4), shape: [3, 1] },
      tensor(backend, [1, 2, 4]),
      tensor(backend, [[1], [2], [4]], { dtype: "f64" }),
    ];
    for (const prediction of forms)
      for (const target of forms)
        expect(await measure(mae(), prediction, target, { backend })).toBe(0);
    const bools = [true, false];
    expect(await measure(accuracy(), [1, 1], bools, { backend })).toBe(0.5);
  });

  it("computes where the tensors are, and leaves them there", async () => {
    const prediction = tensor(backend, [1, 2]);
    expect(await measure(mae(), prediction, [1, 4])).toBe(1);
    expect(await measure(mae(), [1, 4], prediction)).toBe(1);
    expect([...prediction.readSync()]).toEqual([1, 2]);
  });

  it("adds up and keeps whatever many rows there are", async () => {
    const rows = 20_001;
    const [prediction, target] = [wave(rows), wave(rows).map((x, i) => x + (i % 7))];
    const expected = target.reduce((a, x, i) => a + Math.abs(x - prediction[i]!), 0) / rows;
    expect(await measure(mae(), prediction, target, { backend })).toBeCloseTo(expected, 10);
    const bits = prediction.map((x) => Number(x > 0));
    expect(await measure(rocAuc(), prediction, bits, { backend })).toBe(1);
    expect(await measure(confusionMatrix(), prediction, bits, { backend })).toEqual([
      [bits.filter((bit) => bit === 0).length, 0],
      [0, bits.filter((bit) => bit === 1).length],
    ]);
  });

  it("computes in double precision where there is any", async () => {
    const target = wave(300).map((x) => 1e8 + x);
    const prediction = target.map((x) => x + 0.5);
    expect(await measure(mae(), prediction, target, { backend })).toBe(0.5);
  });

  it("refuses what is no metric, and options that there are not", async () => {
    await expect(measure(r2 as never, [1], [1], { backend })).rejects.toThrow(
      "measure: expected a metric such as r2(), got function",
    );
    await expect(measure(r2(), [1], [1], { backends: [] } as never)).rejects.toThrow(
      "measure: there is no option 'backends'; there are backend",
    );
  });

  it("takes trees for metrics that do", async () => {
    const sums: Metric<{ a: Tensor; b: Tensor }, Tensor[], number[]> = {
      kind: "@nn/metrics-test#sums",
      config: {},
      name: "sums",
      mode: "accumulate",
      better: "higher",
      measure: (prediction, target) =>
        mapTree({ ...prediction, c: target[0]! }, (leaf) => sum(leaf)) as TensorMap,
      result: ({ a, b, c }) => [a![0]!, b![0]!, c![0]!],
    };
    const prediction = { a: [1, 2], b: tensor(backend, [3, 4]) };
    expect(await measure(sums, prediction, [tensor(backend, [5, 6])], { backend })).toEqual([
      3, 7, 11,
    ]);
  });

  it("refuses what it cannot measure", async () => {
    const refused: readonly [Values, Values, string][] = [
      [[1, 2], [1, 2, 3], "expected predictions and targets of the same number of rows"],
      [5, [1], "same number of rows, at least 1, got f64[] and f64[1]"],
      [["a" as never], [1], "measure: prediction.0: expected a tensor, nested arrays of numbers"],
      [[[1], [1, 2]], [1, 2], "measure: prediction: tensor: data[1] is an array of 2"],
      [{}, [1], "mae: expected one tensor as prediction"],
      [
        { a: [1] },
        [1],
        "mae: expected one tensor as prediction and one as target, got a tree of a",
      ],
      [null as never, [1], "measure: prediction: expected a tensor, nested arrays of numbers"],
      [
        [[1, 2]],
        [1],
        "mae: the prediction is f64[1,2], the target f64[1]; expected the same shape",
      ],
    ];
    for (const [prediction, target, message] of refused)
      await expect(measure(mae(), prediction, target, { backend })).rejects.toThrow(message);
    await expect(measure(mae(), [1], [1])).rejects.toThrow(
      "measure: expected a tensor on a backend, got arrays alone; pass { backend }",
    );
  });
});

describe("r2 of f32", () => {
  it("does not mind a mean that is large beside the spread, in batches of any length", async () => {
    const rows = 1000;
    const target = Float32Array.from(wave(rows), (x) => 1e4 + x);
    const prediction = Float32Array.from(target, (x, i) => x + 0.1 * Math.cos(i));
    const mean = target.reduce((a, b) => a + b, 0) / rows;
    const errors = target.reduce((a, x, i) => a + (x - prediction[i]!) ** 2, 0);
    const expected = 1 - errors / target.reduce((a, x) => a + (x - mean) ** 2, 0);
    for (const length of [1000, 128, 1]) {
      const values: Record<string, number[]> = {};
      for (let at = 0; at < rows; at += length) {
        const [p, t] = [prediction, target].map((all) =>
          tensor(backend, all.slice(at, at + length)),
        );
        const part = jit(r2().measure)(p!, t!) as TensorMap;
        for (const name in part) (values[name] ??= []).push(...part[name]!.readSync());
      }
      expect(r2().result(values)).toBeCloseTo(expected, 6);
    }
  });
});

describe("classes", () => {
  const scores = [
    [1, 2, 3],
    [3, 1, 2],
  ];

  it("are numbers of any dtype, with an axis of their own or not, or shares", async () => {
    const targets: readonly Values[] = [
      [2, 1],
      [[2], [1]],
      Int32Array.of(2, 1),
      Uint8Array.of(2, 1),
      [
        [0, 0, 1],
        [0.2, 0.7, 0.1],
      ],
    ];
    for (const target of targets) {
      expect(await measure(accuracy(), scores, target, { backend })).toBe(0.5);
      expect(await measure(confusionMatrix(), scores, target, { backend })).toEqual([
        [0, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
      ]);
    }
  });

  it("of single outputs are 0 and 1, or -1 and 1", async () => {
    for (const target of [
      [1, 0],
      [1, -1],
      [[1], [0]],
      [true, false],
    ])
      expect(await measure(accuracy(), [[2], [1]], target, { backend })).toBe(0.5);
  });

  it("may stand at each of several steps", async () => {
    expect(
      await measure(
        accuracy(),
        [scores, scores],
        [
          [2, 0],
          [2, 1],
        ],
        { backend },
      ),
    ).toBe(0.75);
    expect(await measure(topK({ k: 2 }), [scores], [[0, 1]], { backend })).toBe(0);
  });

  it("come by their number among equal predictions", async () => {
    const equal = [[5, 5, 5]];
    for (const [target, k, expected] of [
      [0, 1, 1],
      [1, 1, 0],
      [1, 2, 1],
      [2, 2, 0],
      [2, 9, 1],
    ] as const)
      expect(await measure(topK({ k }), equal, [target], { backend })).toBe(expected);
  });

  it("have no threshold where the largest column counts", async () => {
    await expect(
      measure(accuracy({ threshold: 0.3 }), scores, [0, 1], { backend }),
    ).rejects.toThrow(
      "accuracy: the prediction is f64[2,3], of which the largest column counts; a threshold of 0.3 is for single outputs",
    );
  });

  it("are as many as the prediction has columns", async () => {
    await expect(measure(accuracy(), scores, [[1, 2]], { backend })).rejects.toThrow();
    await expect(
      measure(
        accuracy(),
        scores,
        [
          [1, 2],
          [1, 2],
        ],
        { backend },
      ),
    ).rejects.toThrow(
      "accuracy: the prediction is f64[2,3], the target f64[2,2]; expected class numbers [2] or a share of each class [2,3]",
    );
    await expect(measure(topK(), [[1], [2]], [0, 1], { backend })).rejects.toThrow(
      "topK: the prediction is f64[2,1], expected a column for each class",
    );
    const f1 = plugins.find(({ kind }) => kind === "@nn/metrics#f1")!.create({}) as Metric;
    await expect(measure(f1, scores, [0, 1], { backend })).rejects.toThrow(
      'f1: there are 3 classes; choose average: "macro", "micro" or "weighted"',
    );
  });
});
