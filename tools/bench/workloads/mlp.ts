import type { Workload } from "../workload.ts";

/** Handwritten digits with dense layers. */
export const mlp: Workload = {
  name: "mlp",
  title: "784-256-256-10 ReLU, batch 100, SGD",
  inputShape: [784],
  classes: 10,
  rows: 60_000,
  batchSize: 100,
  layers: [
    { kind: "dense", units: 256, activation: "relu" },
    { kind: "dense", units: 256, activation: "relu" },
    { kind: "dense", units: 10 },
  ],
  loss: "crossEntropy",
  optimizer: { kind: "sgd", learningRate: 0.04 },
};
