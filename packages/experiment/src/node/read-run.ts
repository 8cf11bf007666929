import type { StoredRun } from "../record.ts";

/** Reads a run's folder, and refuses one that holds none, or files that are not what they should be. */
export async function readRun(folder: string): Promise<StoredRun> {
  throw new Error(`${folder}: not there yet`);
}
