import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a file whole or not at all: its parts go to a temporary file beside it, reach the disk, and take its name then.
 */
export async function writeParts(file: string, parts: Iterable<string>): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomUUID()}.temporary`;
  try {
    const handle = await open(temporary, "wx");
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    // What went wrong first is what is told.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
