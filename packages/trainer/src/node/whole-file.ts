import { open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

const ending = ".temporary";

/**
 * Writes a file whole or not at all: the bytes go to a temporary file beside it, reach the disk, and take its name then.
 * What had the name before is kept as `file.previous` where that is wanted. A process that is killed meanwhile leaves
 * the old file or the new one, or, for a moment, the old one under the name of the previous.
 */
export async function writeWhole(
  file: string,
  bytes: Uint8Array,
  { keepsPrevious = false } = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}${ending}`;
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (keepsPrevious) await rename(file, previousOf(file)).catch(unlessMissing);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Where the file before this one is kept. */
export function previousOf(file: string): string {
  return `${file}.previous`;
}

/** Removes what processes that were killed have left of this file. */
export async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(ending)) continue;
    const owner = Number(name.slice(prefix.length, -ending.length));
    if (Number.isSafeInteger(owner) && owner > 0 && !isRunning(owner))
      await rm(path.join(folder, name), { force: true });
  }
}

/** Nothing where a file is missing; every other error goes on. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

function isRunning(owner: number): boolean {
  if (owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is there too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes sure that the new name reaches the disk, where folders can be written through: not on Windows. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (!handle) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
