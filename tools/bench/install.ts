import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Installs a folder's packages as its lockfile says, and returns what went wrong. Peers are not among the repository's
 * development dependencies because an everyday `npm ci` needs none of their 300 MB; and their install scripts do not
 * run, one of which would compile a graphics library.
 */
export async function install(folder: string): Promise<string | undefined> {
  const lock = path.join(folder, "package-lock.json");
  const installed = path.join(folder, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const name = path.relative(process.cwd(), folder);
  console.error(`bench: npm ci in ${name}, once`);
  const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--fetch-retries=1"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status === 0) return;
  const [reason = ""] = /npm error .*/.exec(stderr ?? "") ?? [];
  return `npm ci failed in ${name}${reason && `: ${reason}`}`;
}
