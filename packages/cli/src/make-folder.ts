import { existsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { CommandError } from "./failure.ts";

/**
 * Makes a folder, and those around it, where they are missing. Node's own recursive `mkdir` never returns from places
 * where the system says that there is no such folder to make one in, as in `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  let at = folder;
  for (; !existsSync(at) && path.dirname(at) !== at; at = path.dirname(at)) missing.unshift(at);
  if (existsSync(at) && !statSync(at).isDirectory())
    throw new CommandError(`${folder} cannot be a folder: ${at} is a file`);
  try {
    for (const each of missing) await mkdir(each).catch(unlessThere);
  } catch (cause) {
    throw new CommandError(`${folder} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

/** Another process may have been faster. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
