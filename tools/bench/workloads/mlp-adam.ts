import type { Workload } from "../workload.ts";
import { mlp } from "./mlp.ts";

/** The same with Adam, whose update touches every parameter several times. */
export const mlpAdam: Workload = {
  ...mlp,
  name: "mlp-adam",
  title: "784-256-256-10 ReLU, batch 100, Adam",
  optimizer: { kind: "adam", learningRate: 1e-3 },
};
