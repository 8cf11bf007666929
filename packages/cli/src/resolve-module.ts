import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { wrongUse } from "./failure.ts";

/** The URL of a module, by the name of a package that is installed at `folder` or above, or by its file. */
export function resolveModule(name: string, folder: string): string {
  if (name === "") throw wrongUse("--plugin: expected a package or a file, got nothing");
  if (name.startsWith(".") || path.isAbsolute(name)) {
    const file = path.resolve(folder, name);
    if (!existsSync(file)) throw wrongUse(`--plugin ${name}: there is no file ${file}`);
    if (statSync(file).isDirectory())
      throw wrongUse(`--plugin ${name}: ${file} is a folder; name a file in it`);
    return pathToFileURL(file).href;
  }
  const require = createRequire(path.join(folder, "package.json"));
  try {
    return pathToFileURL(require.resolve(name)).href;
  } catch (cause) {
    const url = moduleIn(name, require.resolve.paths(name) ?? []);
    if (url) return url;
    throw Object.assign(
      wrongUse(
        `--plugin ${name}: it is not installed at ${folder}; install it there, or name a file such as ./${name}.js`,
      ),
      { cause },
    );
  }
}

/** The main module of a package that has one for `import` alone, which `require.resolve` does not find. */
function moduleIn(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const file = path.join(folder, name, "package.json");
    if (!existsSync(file)) continue;
    const { exports } = JSON.parse(readFileSync(file, "utf8")) as { readonly exports?: unknown };
    const main = chosen((Object(exports) as { readonly [entry: string]: unknown })["."] ?? exports);
    return main === undefined ? undefined : pathToFileURL(path.join(folder, name, main)).href;
  }
  return undefined;
}

/** What an entry of `exports` is where a module is imported into Node. */
function chosen(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  for (const [condition, value] of Object.entries(Object(target) as object))
    if (["node", "import", "module-sync", "default"].includes(condition)) {
      const found = chosen(value);
      if (found !== undefined) return found;
    }
  return undefined;
}
