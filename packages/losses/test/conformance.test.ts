import type { Loss, Tree } from "@nn/core";
import { testLoss, type ExampleInput, type ExampleInputs, type LossSpec } from "@nn/testing";
import * as losses from "../src/index.ts";

const { plugins } = losses;

/** Three outputs, and a target for each; the kit takes losses whatever their predictions and targets are. */
function test<Out extends Tree>(
  name: string,
  make: () => Loss<Out>,
  target: ExampleInput,
  more: Partial<LossSpec> & { readonly prediction?: ExampleInputs } = {},
): void {
  testLoss(name, {
    make: make as unknown as LossSpec["make"],
    prediction: { shape: [3] },
    target,
    plugins,
    ...more,
  });
}

const number = { shape: [3] };
const classNumber = { shape: [], dtype: "i32", element: (r: number) => Math.floor(3 * r) } as const;
const share = { shape: [3], element: (r: number) => r / 3 };
const bit = { shape: [3], element: (r: number) => Math.floor(2 * r) };
const count = { shape: [3], element: (r: number) => Math.floor(5 * r) };
const probability = { shape: [3], element: (r: number) => 0.1 + 0.8 * r };

function known(prediction: number[], target: number[], value: number): Partial<LossSpec> {
  return { known: [{ prediction: [prediction], target: [target], values: [value] }] };
}

test("mse", losses.mse, number, known([1, 2], [3, 2], 2));
test("mae", losses.mae, number, known([1, 2], [3, 2], 1));
test("huber", () => losses.huber({ delta: 0.5 }), number, known([1, 2], [3, 2], 0.4375));
test("logCosh", losses.logCosh, number, known([2], [0], Math.log(Math.cosh(2))));
test("quantile", () => losses.quantile({ level: 0.9 }), number, known([1, 2], [3, 1], 0.95));
// Its exponential is what is asked for.
test("poisson", losses.poisson, count, { finiteUpTo: 80, ...known([0], [3], 1) });
test("gaussianNll", () => losses.gaussianNll(), number, {
  prediction: { mean: number, variance: { shape: [3], element: (r) => 0.5 + r } },
});

test("crossEntropy", losses.crossEntropy, classNumber, known([0, 0, 0], [2], Math.log(3)));
test("crossEntropy of shares", losses.crossEntropy, share, known([0, 0], [0, 1], Math.LN2));
test(
  "crossEntropy with all options",
  () => losses.crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2, 0.5] }),
  { ...classNumber, shape: [4] },
  { prediction: { shape: [4, 3] } },
);
test(
  "crossEntropy of probabilities",
  () => losses.crossEntropy({ from: "probabilities" }),
  classNumber,
  { prediction: probability, finiteUpTo: 1, ...known([0.5, 0.25], [1], Math.log(4)) },
);
test("focal", losses.focal, classNumber, known([0, 0], [1], Math.LN2 / 4));
test("focal with classWeights", () => losses.focal({ classWeights: [1, 2, 3] }), classNumber);
// Kinks are where two scores are 1 apart, and random ones are not.
test("hinge", losses.hinge, classNumber, known([0, 2, 3], [1], 2 / 3));
test("hinge, squared", () => losses.hinge({ squared: true }), classNumber);

test("binaryCrossEntropy", losses.binaryCrossEntropy, bit, known([0, 0], [1, 0], Math.LN2));
test(
  "binaryCrossEntropy with all options",
  () => losses.binaryCrossEntropy({ labelSmoothing: 0.1, classWeights: [1, 3] }),
  bit,
);
test(
  "binaryCrossEntropy of probabilities",
  () => losses.binaryCrossEntropy({ from: "probabilities" }),
  bit,
  { prediction: probability, finiteUpTo: 1, ...known([0.25], [1], Math.log(4)) },
);
test("binaryFocal", losses.binaryFocal, bit, known([0], [1], Math.LN2 / 4));
test("binaryFocal with classWeights", () => losses.binaryFocal({ classWeights: [1, 3] }), bit);
test("binaryHinge", losses.binaryHinge, bit, known([0, 2], [0, 1], 0.5));
test("binaryHinge, squared", () => losses.binaryHinge({ squared: true }), bit);
