import type { Plugin } from "@nn/core";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pluginsOf } from "./plugins.ts";
import { resolveModule } from "./resolve-module.ts";

/** What `--plugin` brought in. */
export interface LoadedPlugins {
  /** Where the modules are, for other threads. */
  readonly urls: readonly string[];
  readonly plugins: readonly Plugin[];
  /** Versions of the packages that they are of. */
  readonly versions: { readonly [packageName: string]: string };
}

/** Loads modules that were named on the command line: packages of the project around `cwd`, or files. */
export async function loadPlugins(names: readonly string[], cwd: string): Promise<LoadedPlugins> {
  const urls = names.map((name) => resolveModule(name, cwd));
  const lists = await Promise.all(urls.map((url, i) => pluginsOf(url, names[i])));
  const versions = Object.fromEntries(urls.flatMap((url) => versionAround(fileURLToPath(url))));
  return { urls, plugins: lists.flat(), versions };
}

/** The name and version of the package that a file is in. */
function versionAround(file: string): (readonly [name: string, version: string])[] {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (existsSync(description)) {
      const { name, version } = JSON.parse(readFileSync(description, "utf8")) as {
        readonly [name: string]: unknown;
      };
      return typeof name === "string" && typeof version === "string" ? [[name, version]] : [];
    }
    if (path.dirname(folder) === folder) return [];
  }
}
