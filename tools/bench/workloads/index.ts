import type { Workload } from "../workload.ts";
import { cnn } from "./cnn.ts";
import { kc } from "./kc.ts";
import { lstm } from "./lstm.ts";
import { mlp } from "./mlp.ts";
import { mlpAdam } from "./mlp-adam.ts";
import { mlpLarge } from "./mlp-large.ts";
import { xor } from "./xor.ts";

/** Those that everybody can do, the small ones first. */
export const workloads: readonly Workload[] = [xor, kc, mlp, mlpAdam, cnn, lstm];

/** Those that need a GPU, as large as is asked for. */
export function gpuWorkloads(size: number): readonly Workload[] {
  return [mlpLarge(size)];
}
