import { check } from "@nn/core";
import { randomUUID } from "node:crypto";
import { open, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

const ending = ".temporary";

/** What `writeWhole` does besides. */
export interface WriteWholeOptions {
  /** Whether what had the name before is kept as `file.previous`; false by default. */
  readonly keepsPrevious?: boolean;
}

/**
 * Writes a file whole or not at all: the bytes go to a temporary file beside it, reach the disk, and take its name then.
 * A process that is killed meanwhile leaves the old file or the new one, or, for a moment, the old one under the name of
 * the previous; its temporary file is removed when the file is written again. Of several that write it at once, one is
 * the last. A link stays one, and the file that it leads to is written; devices and pipes, such as `/dev/null` and
 * `/dev/stdout`, are written to as they are.
 *
 * ```ts
 * await writeWhole("runs/houses/notes.json", JSON.stringify(notes));
 * ```
 */
export async function writeWhole(
  name: string,
  bytes: Uint8Array | string,
  { keepsPrevious = false }: WriteWholeOptions = {},
): Promise<void> {
  await refuseFolder(name);
  const found = await stat(name).catch(unlessMissing);
  if (found && !found.isFile()) {
    await writeFile(name, bytes);
    return;
  }
  const file = (await realpath(name).catch(unlessMissing)) ?? name;
  await removeLeftovers(file);
  const temporary = `${file}.${process.pid}.${randomUUID()}${ending}`;
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
    // What went wrong first is what is told.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Where the file before this one is kept. */
export function previousOf(file: string): string {
  return `${file}.previous`;
}

/** Refuses a name that a folder has: it would be moved out of the way. */
export async function refuseFolder(file: string): Promise<void> {
  const found = await stat(file).catch(unlessMissing);
  check(!found?.isDirectory(), () => `'${file}' is a folder; give the file another name`);
}

/** Removes what processes that were killed have left of this file. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(ending)) continue;
    const [, owner] =
      /^([1-9]\d*)\.[\da-f-]{36}$/.exec(name.slice(prefix.length, -ending.length)) ?? [];
    const temporary = path.join(folder, name);
    if (owner !== undefined && (await isLeft(temporary, Number(owner))))
      await rm(temporary, { force: true });
  }
}

/** Nothing where a file is missing; every other error goes on. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** Whether the process that wrote a file is gone. In containers, the one before often had the same number as this one. */
async function isLeft(file: string, owner: number): Promise<boolean> {
  if (owner === process.pid) {
    const found = await stat(file).catch(unlessMissing);
    return found !== undefined && found.mtimeMs < Date.now() - process.uptime() * 1000;
  }
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    // A process of somebody else's is there too.
    return (error as NodeJS.ErrnoException).code !== "EPERM";
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
