import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Contestant, script } from "./contestants/contestant.ts";
import type { Log } from "./log.ts";
import { ask } from "./process.ts";
import { largestDifference } from "./statistics.ts";
import type { Workload } from "./workload.ts";

/** How many steps are compared, and how far losses may be apart. */
const steps = 20;
const tolerance = 1e-4;

/** The process that draws first values for the comparison. */
const drawing = script("ours/draw.mjs");

/** How far each contestant's losses are from the reference's, by name; those that are missing are not in it. */
export type Differences = { readonly [name: string]: number };

/**
 * Compares losses with PyTorch's, and reports those that are too far away. Where PyTorch is not there, nothing is
 * compared, which is a problem if it is what was asked for.
 */
export async function checkLosses(
  workload: Workload,
  reference: Contestant,
  contestants: readonly Contestant[],
  { log, isRequired }: { readonly log: Log; readonly isRequired: boolean },
): Promise<Differences> {
  const { name } = workload;
  if ("missing" in reference.variants) {
    const text = `${name}: losses were not compared, ${reference.name} is missing: ${reference.variants.missing}`;
    if (isRequired) log.problem(text);
    else log.say(text);
    return {};
  }
  log.say(`${name}: comparing ${steps} losses with ${reference.name}`);
  try {
    const differences = await compareLosses(workload, reference, contestants);
    for (const [contestant, difference] of Object.entries(differences)) {
      const text = `losses of ${contestant} are up to ${difference.toExponential(1)} from ${reference.name}'s`;
      if (difference <= tolerance) log.say(`${name}: ${text}`);
      else log.problem(`${name}: ${text}, more than ${tolerance}`);
    }
    return differences;
  } catch (error) {
    log.problem(`${name}: comparing losses failed: ${(error as Error).message}`);
    return {};
  }
}

/**
 * Lets the reference and others do the same training: the same first values and batches, no dropout, which everybody
 * draws for himself. Compared are the losses of every step.
 */
async function compareLosses(
  workload: Workload,
  reference: Contestant,
  contestants: readonly Contestant[],
): Promise<Differences> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  const same = { ...workload, layers: workload.layers.filter(({ kind }) => kind !== "dropout") };
  const task = { workload: same, timing: { warmUp: 0, window: 0 }, check: { folder, steps } };
  const lossesOf = async ({ variants }: Contestant): Promise<readonly number[] | undefined> => {
    if ("missing" in variants) return undefined;
    // The last variant is that with the most threads.
    const answer = await ask(variants.at(-1)!, task);
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
