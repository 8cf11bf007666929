import type { Workload } from "../workload.ts";

/** The smallest of all: what is measured is what a step costs besides its arithmetic. */
export const xor: Workload = {
  name: "xor",
  title: "2-3-1 tanh, batch 4, SGD",
  inputShape: [2],
  rows: 4,
  batchSize: 4,
  layers: [
    { kind: "dense", units: 3, activation: "tanh" },
    { kind: "dense", units: 1, activation: "tanh" },
  ],
  loss: "mse",
  optimizer: { kind: "sgd", learningRate: 0.1 },
  examples: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [0, 1, 1, 0],
  },
};
