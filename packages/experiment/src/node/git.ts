import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { GitRecord } from "../record.ts";

/** The revision that is checked out in a folder; null where there is no repository, or no git. */
export async function gitRecord(folder: string): Promise<GitRecord | null> {
  const git = async (...args: string[]): Promise<string> => {
    // A repository may name a program to watch its files, which is none of ours to start.
    const all = ["-C", folder, "-c", "core.fsmonitor=false", ...args];
    const { stdout } = await promisify(execFile)("git", all, { timeout: 10_000 });
    return stdout.trim();
  };
  try {
    const revision = await git("rev-parse", "HEAD");
    return { revision, dirty: (await git("status", "--porcelain", "--untracked-files=no")) !== "" };
  } catch {
    return null;
  }
}
