import type { Workload } from "../workload.ts";

/** Sequences of 50 steps, of which the last output counts. */
export const lstm: Workload = {
  name: "lstm",
  title: "LSTM 16→64, 50 steps, batch 64, Adam",
  inputShape: [50, 16],
  rows: 1_280,
  batchSize: 64,
  layers: [
    { kind: "lstm", units: 64 },
    { kind: "dense", units: 1 },
  ],
  loss: "mse",
  optimizer: { kind: "adam", learningRate: 1e-3 },
};
