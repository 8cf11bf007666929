import { readRun } from "@nn/experiment/node";
import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../make-folder.ts";

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

/** Makes the folder for the next run of an experiment, which no other process gets. */
export async function claimFolder(name: string, place: string): Promise<string> {
  const last = runsOf(name, place).at(-1)?.number ?? 0;
  const runs = path.join(place, "runs");
  await makeFolder(runs);
  return claim((number) => path.join(runs, `${slug(name)}-${last + number}`));
}

/** Makes the folder for repeating a run: `runs/houses-1-again`, `runs/houses-1-again-2` and so on. */
export async function claimAgain(folder: string): Promise<string> {
  return claim((number) => `${folder}-again${number === 1 ? "" : `-${number}`}`);
}

/** Makes the first of several folders that is not there. */
async function claim(folderOf: (number: number) => string): Promise<string> {
  for (let number = 1; ; number++)
    try {
      await mkdir(folderOf(number));
      return folderOf(number);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
}

/** The folder of the last run of an experiment, where that has not finished. */
export async function interruptedFolder(name: string, place: string): Promise<string | undefined> {
  const last = runsOf(name, place).findLast(({ folder }) =>
    existsSync(path.join(folder, "run.json")),
  )?.folder;
  if (last === undefined) return undefined;
  const run = await readRun(last).catch(() => undefined);
  return run && run.record.status !== "finished" ? last : undefined;
}

/** A name as folders can have it. */
function slug(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|-+$/g, "");
  return plain === "" ? "experiment" : plain;
}
