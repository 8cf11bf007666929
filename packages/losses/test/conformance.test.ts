import type { Loss, Tree } from "@nn/core";
import { testLoss, type LossSpec } from "@nn/testing";
import { crossEntropy, mse, plugins } from "../src/index.ts";

/** The kit takes losses whatever their predictions and targets are. */
function any<Out extends Tree>(make: () => Loss<Out>): LossSpec["make"] {
  return make as unknown as LossSpec["make"];
}

const classNumber = { shape: [], dtype: "i32", element: (r: number) => Math.floor(3 * r) } as const;
const share = { shape: [3], element: (r: number) => r };
const probability = { shape: [3], element: (r: number) => 0.1 + 0.8 * r };

testLoss("mse", {
  make: any(() => mse()),
  prediction: { shape: [2] },
  target: { shape: [2] },
  plugins,
  known: [
    {
      prediction: [
        [1, 2],
        [0, 0],
      ],
      target: [
        [3, 2],
        [1, -1],
      ],
      values: [2, 1],
    },
  ],
});

testLoss("crossEntropy", {
  make: any(() => crossEntropy()),
  prediction: { shape: [3] },
  target: classNumber,
  plugins,
  known: [{ prediction: [[0, 0, 0]], target: [[2]], values: [Math.log(3)] }],
});

testLoss("crossEntropy with shares", {
  make: any(() => crossEntropy()),
  prediction: { shape: [3] },
  target: share,
  plugins,
  known: [{ prediction: [[0, 0, 0]], target: [[0, 1, 0]], values: [Math.log(3)] }],
});

testLoss("crossEntropy with all options", {
  make: any(() => crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2, 0.5] })),
  prediction: { shape: [4, 3] },
  target: { ...classNumber, shape: [4] },
  plugins,
});

testLoss("crossEntropy of probabilities", {
  make: any(() => crossEntropy({ from: "probabilities" })),
  prediction: probability,
  target: classNumber,
  plugins,
  finiteUpTo: 1,
});
