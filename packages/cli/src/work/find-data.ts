import type { StoredRun } from "@nn/experiment";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";

/** Where the data of a run is, and whether it still is what it was. */
export interface FoundData {
  readonly file: string;
  readonly isSame: boolean;
}

/**
 * Finds the data of a run, whose experiment names it as seen from a folder that is not known any more: in the current
 * folder, that of the run, or one around it; a file with the same bytes rather than another one of the name.
 */
export async function findData(
  { folder, record }: StoredRun,
  cwd: string,
): Promise<FoundData | undefined> {
  const places = [cwd, ...around(path.resolve(folder))];
  const files = [...new Set(places.map((place) => path.resolve(place, record.data.file)))];
  const there = files.filter((file) => existsSync(file));
  for (const file of there)
    if ((await hashOf(file)) === record.data.sha256) return { file, isSame: true };
  return there[0] === undefined ? undefined : { file: there[0], isSame: false };
}

/** A folder and those around it. */
function around(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...around(parent)];
}

/** The SHA-256 of a file. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}
