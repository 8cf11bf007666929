import { readRun } from "@nn/experiment/node";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const numbered = /^(.*)-(\d+)$/;

/** The folders of an experiment's runs in `runs` at a place, by their numbers: `runs/houses-1`, `runs/houses-2` and so on. */
function runsOf(
  name: string,
  place: string,
): readonly { readonly number: number; readonly folder: string }[] {
  const runs = path.join(place, "runs");
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .flatMap((entry) => {
      const [, own, number] = numbered.exec(entry) ?? [];
      return own === slug(name) ? [{ number: Number(number), folder: path.join(runs, entry) }] : [];
    })
    .sort((a, b) => a.number - b.number);
}

/** The folder for the next run of an experiment. */
export function nextFolder(name: string, place: string): string {
  const last = runsOf(name, place).at(-1)?.number ?? 0;
  return path.join(place, "runs", `${slug(name)}-${last + 1}`);
}

/** The folder of the last run of an experiment, where that has not finished. */
export async function interruptedFolder(name: string, place: string): Promise<string | undefined> {
  const last = runsOf(name, place).at(-1)?.folder;
  if (last === undefined) return undefined;
  const run = await readRun(last).catch(() => undefined);
  return run && run.record.status !== "finished" ? last : undefined;
}

/** A name as folders can have it. */
function slug(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|-+$/g, "");
  return plain === "" ? "experiment" : plain;
}
