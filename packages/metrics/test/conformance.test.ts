import type { Metric, Tree } from "@nn/core";
import { testMetric, type ExampleInput, type MetricSpec } from "@nn/testing";
import * as metrics from "../src/index.ts";

const { plugins } = metrics;

/** The kit takes metrics whatever their predictions and targets are. */
function test(
  name: string,
  make: () => Metric,
  prediction: ExampleInput,
  target: ExampleInput,
  more: Partial<MetricSpec> = {},
): void {
  const general = make as unknown as () => Metric<Tree, Tree>;
  testMetric(name, { make: general, prediction, target, plugins, ...more });
}

function known(prediction: number[][], target: number[][], result: number): Partial<MetricSpec> {
  return { known: [{ prediction, target, result }] };
}

const numbers = { shape: [2] };
const scores = { shape: [3] };
const classNumber = { shape: [], dtype: "i32", element: (r: number) => Math.floor(3 * r) } as const;
const logit = { shape: [1] };
const probability = { shape: [1], element: (r: number) => r };
const bit = { shape: [1], element: (r: number) => Math.floor(2 * r) };

test("r2", metrics.r2, numbers, numbers, known([[2], [2], [4]], [[1], [2], [3]], 0));
test("mse", metrics.mse, numbers, numbers, known([[1], [2]], [[1], [0]], 2));
test(
  "rmse",
  metrics.rmse,
  numbers,
  numbers,
  known(
    [
      [1, 4],
      [3, 4],
    ],
    [
      [1, 4],
      [1, 4],
    ],
    2 ** -0.5,
  ),
);
test("mae", metrics.mae, numbers, numbers, known([[1], [2]], [[1], [0]], 1));
// Targets near 0 would make it as large as they like.
const positive = { shape: [2], element: (r: number) => 1 + r };
test("mape", metrics.mape, numbers, positive, known([[1], [2]], [[2], [2]], 0.25));

const rows = [
  [0, 1],
  [3, 2],
];
test("accuracy of classes", metrics.accuracy, scores, classNumber, known(rows, [[1], [1]], 0.5));
test(
  "accuracy of single outputs",
  () => metrics.accuracy({ from: "probabilities", threshold: 0.3 }),
  probability,
  bit,
  known([[0.2], [0.4], [0.6]], [[0], [1], [0]], 2 / 3),
);
test("topK", () => metrics.topK({ k: 2 }), scores, classNumber, {
  ...known(
    [
      [1, 2, 3],
      [3, 1, 2],
    ],
    [[0], [2]],
    0.5,
  ),
});
test("precision", metrics.precision, logit, bit, known([[1], [2], [-1]], [[1], [0], [1]], 0.5));
test(
  "recall",
  metrics.recall,
  logit,
  bit,
  known([[1], [2], [-1], [-1]], [[1], [1], [1], [0]], 2 / 3),
);
test("f1", metrics.f1, logit, bit, known([[1], [2], [-1], [-1]], [[1], [1], [1], [0]], 0.8));
for (const average of ["macro", "micro", "weighted"] as const)
  test(`f1, ${average}`, () => metrics.f1({ average }), scores, classNumber);

const ties = known([[1], [2], [2], [3]], [[0], [1], [0], [1]], 0.875);
test("rocAuc", metrics.rocAuc, logit, bit, ties);
test("rocAuc of classes", metrics.rocAuc, scores, classNumber);
test("prAuc", metrics.prAuc, logit, bit, known([[1], [2], [3]], [[1], [0], [1]], 5 / 6));
test("prAuc of classes", metrics.prAuc, scores, classNumber);
test(
  "calibrationError",
  () => metrics.calibrationError({ from: "probabilities", bins: 4 }),
  probability,
  bit,
  known([[0.1], [0.2], [0.9]], [[0], [1], [1]], (2 * 0.35 + 0.1) / 3),
);
test("calibrationError of classes", metrics.calibrationError, scores, classNumber);
