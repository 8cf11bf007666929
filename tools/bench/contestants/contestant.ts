import path from "node:path";
import type { Settings } from "../task.ts";

/** One way to run a contestant: a command that is given a task and prints an answer. */
export interface Variant {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What its task says besides what all are told. */
  readonly settings?: Settings;
}

/** Somebody who takes part. Of several variants, the fastest counts. */
export interface Contestant {
  readonly name: string;
  readonly isOurs: boolean;
  /** Whether it computes on a GPU, if only on one that is software. */
  readonly isOnGpu: boolean;
  /** Whether it can start from given values and tell the loss of every step. */
  readonly tellsLosses: boolean;
  readonly variants: readonly Variant[] | { readonly missing: string };
}

/** Where the processes' scripts are once they are bundled: where they find the peers' packages, and ours. */
export const scripts = path.join(import.meta.dirname, "../peers/dist");

/** A script of ours, run by the Node that runs the benchmark. */
export function script(name: string, settings?: Settings): Variant {
  return {
    command: process.execPath,
    args: [path.join(scripts, name)],
    ...(settings && { settings }),
  };
}
