import type { Metric, Tree } from "@nn/core";
import { testMetric, type MetricSpec } from "@nn/testing";
import { accuracy, plugins, r2 } from "../src/index.ts";

/** The kit takes metrics whatever their predictions and targets are. */
function any(make: () => Metric): MetricSpec["make"] {
  return make as unknown as () => Metric<Tree, Tree>;
}

const classNumber = { shape: [], dtype: "i32", element: (r: number) => Math.floor(3 * r) } as const;
const bit = { shape: [1], element: (r: number) => Math.floor(2 * r) };

testMetric("r2", {
  make: any(r2),
  prediction: { shape: [2] },
  target: { shape: [2] },
  plugins,
  known: [{ prediction: [[2], [2], [4]], target: [[1], [2], [3]], result: 0 }],
});

testMetric("accuracy of classes", {
  make: any(accuracy),
  prediction: { shape: [3] },
  target: classNumber,
  plugins,
  known: [
    {
      prediction: [
        [0, 1],
        [3, 2],
      ],
      target: [[1], [1]],
      result: 0.5,
    },
  ],
});

testMetric("accuracy of single outputs", {
  make: any(() => accuracy({ from: "probabilities", threshold: 0.3 })),
  prediction: { shape: [1], element: (r) => r },
  target: bit,
  plugins,
  known: [{ prediction: [[0.2], [0.4], [0.6]], target: [[0], [1], [0]], result: 2 / 3 }],
});
