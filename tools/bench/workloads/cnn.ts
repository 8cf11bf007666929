import type { Workload } from "../workload.ts";

/** Handwritten digits with the convolutional network of the Keras examples. */
export const cnn: Workload = {
  name: "cnn",
  title: "conv32-pool-conv64-pool-dropout-dense, 28×28, batch 128, Adam",
  inputShape: [28, 28, 1],
  classes: 10,
  rows: 6_400,
  batchSize: 128,
  layers: [
    { kind: "conv", filters: 32, size: 3, activation: "relu" },
    { kind: "maxPool", size: 2 },
    { kind: "conv", filters: 64, size: 3, activation: "relu" },
    { kind: "maxPool", size: 2 },
    { kind: "flatten" },
    { kind: "dropout", rate: 0.5 },
    { kind: "dense", units: 10 },
  ],
  loss: "crossEntropy",
  optimizer: { kind: "adam", learningRate: 1e-3 },
};
