import { concat } from "./concat.ts";
import { gather } from "./gather.ts";
import type { Kernel } from "./kernel.ts";
import { pad } from "./pad.ts";
import { scatterAdd } from "./scatter-add.ts";

/** Kernels of primitives that are no loops over elements, by name. */
export const kernels: Readonly<Record<string, Kernel>> = { concat, gather, pad, scatterAdd };
