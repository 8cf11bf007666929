import type { Plugin } from "@nn/core";
import { pluginsOf } from "./plugins.ts";
import { resolveModule } from "./resolve-module.ts";

/** What `--plugin` brought in. */
export interface LoadedPlugins {
  /** Where the modules are, for other threads. */
  readonly urls: readonly string[];
  readonly plugins: readonly Plugin[];
}

/** Loads modules that were named on the command line: packages of the project around `cwd`, or files. */
export async function loadPlugins(names: readonly string[], cwd: string): Promise<LoadedPlugins> {
  const urls = names.map((name) => resolveModule(name, cwd));
  const lists = await Promise.all(urls.map((url, i) => pluginsOf(url, names[i])));
  return { urls, plugins: lists.flat() };
}
