import { check, TensorError } from "@nn/core";
import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";

/**
 * Writes a file whole or not at all: the bytes go to a temporary file beside it, reach the disk, and take its name then.
 * What was there before stays where that does not work.
 */
export async function writeWhole(file: string, bytes: string | Uint8Array): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  check(!found?.isDirectory(), () => `'${file}' is a folder; give the file another name`);
  const temporary = `${file}.${process.pid}.${randomUUID()}.temporary`;
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    // What went wrong first is what is told.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(error as NodeJS.ErrnoException, file);
  }
}

function writeError(cause: NodeJS.ErrnoException, file: string): TensorError {
  const reasons: { readonly [code: string]: string } = {
    ENOENT: "its folder does not exist; make it first",
    ENOTDIR: "its folder is a file",
    EACCES: "its folder may not be written to",
    EPERM: "its folder may not be written to",
    EROFS: "its folder may not be written to",
    ENOSPC: "the disk is full",
  };
  const reason = reasons[cause.code ?? ""] ?? cause.message;
  return new TensorError(`cannot write '${file}': ${reason}`, { cause });
}
