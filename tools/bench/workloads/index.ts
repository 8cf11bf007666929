import type { Workload } from "../workload.ts";
import { cnn } from "./cnn.ts";
import { kc } from "./kc.ts";
import { lstm } from "./lstm.ts";
import { mlp } from "./mlp.ts";
import { mlpAdam } from "./mlp-adam.ts";
import { xor } from "./xor.ts";

/** All workloads, the small ones first. */
export const workloads: readonly Workload[] = [xor, kc, mlp, mlpAdam, cnn, lstm];
