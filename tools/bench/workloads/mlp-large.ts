import type { Workload } from "../workload.ts";
import { mlp } from "./mlp.ts";

/** The same with hidden layers and batches so large that nothing but products of matrices counts: for a GPU. */
export function mlpLarge(size: number): Workload {
  return {
    ...mlp,
    name: "mlp-large",
    title: `784-${size}-${size}-10 ReLU, batch ${size}, SGD`,
    rows: 16 * size,
    batchSize: size,
    layers: [
      { kind: "dense", units: size, activation: "relu" },
      { kind: "dense", units: size, activation: "relu" },
      { kind: "dense", units: 10 },
    ],
    needsGpu: true,
  };
}
