import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The root folder of the repository. */
export const root = path.resolve(import.meta.dirname, "..");

/** The part of a `package.json` that the tools read. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** A folder that holds a `package.json`. */
export interface Package {
  /** The absolute path of the folder. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The packages that are direct children of `folder`, sorted by folder name. */
export function packagesIn(folder: string): Package[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => path.join(folder, name))
    .filter((child) => existsSync(path.join(child, "package.json")))
    .map((child) => ({ folder: child, manifest: readManifest(child) }));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}
