import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Contestant, drawing } from "./contestants.ts";
import { ask } from "./process.ts";
import { largestDifference } from "./statistics.ts";
import type { Workload } from "./workload.ts";

/** How many steps are compared, and how far losses may be apart. */
export const steps = 20;
export const tolerance = 1e-4;

/** How far each contestant's losses are from the reference's, by name; those that are missing are not in it. */
export type Differences = { readonly [name: string]: number };

/**
 * Lets the reference and our contestants do the same training: the same first values and batches, no dropout, which
 * everybody draws for himself. Compared are the losses of every step.
 */
export async function compareLosses(
  workload: Workload,
  reference: Contestant,
  contestants: readonly Contestant[],
): Promise<Differences> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  const same = { ...workload, layers: workload.layers.filter(({ kind }) => kind !== "dropout") };
  const task = { workload: same, timing: { warmUp: 0, window: 0 }, check: { folder, steps } };
  const lossesOf = async ({ variants }: Contestant): Promise<readonly number[] | undefined> => {
    if ("missing" in variants) return undefined;
    const answer = await ask(variants[0]!, task);
    return "losses" in answer ? answer.losses : undefined;
  };
  try {
    await ask(drawing, task);
    const expected = await lossesOf(reference);
    const differences: Record<string, number> = {};
    if (expected === undefined) return differences;
    for (const contestant of contestants) {
      const losses = await lossesOf(contestant);
      if (losses) differences[contestant.name] = largestDifference(losses, expected);
    }
    return differences;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
