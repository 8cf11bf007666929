import type { LayerSpec, Workload } from "../workload.ts";

const hidden: LayerSpec = { kind: "dense", units: 16, activation: "relu" };

/** Prices of houses in King County: a table of 18,911 rows and a deep, narrow network. */
export const kc: Workload = {
  name: "kc",
  title: "34-16×8-1 ReLU, batch 128, momentum",
  inputShape: [34],
  rows: 18_911,
  batchSize: 128,
  layers: [...Array.from({ length: 8 }, () => hidden), { kind: "dense", units: 1 }],
  loss: "mse",
  optimizer: { kind: "momentum", learningRate: 1e-3, momentum: 0.9 },
};
