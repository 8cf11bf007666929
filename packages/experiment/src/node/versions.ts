import type { Json } from "@nn/core";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { ExperimentJson } from "../experiment.ts";

/** Packages that take part in every run. */
const always = ["@nn/core", "@nn/experiment", "@nn/trainer", "@nn/trainer-kfold"];

/** Versions of the packages that an experiment is made of, by what its kinds are called; `unknown` where one hides. */
export async function versionsOf(
  json: ExperimentJson,
): Promise<{ readonly [packageName: string]: string }> {
  const names = [...new Set([...always, ...packagesIn(json)])].toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await versionOf(name)] as const)),
  );
}

function packagesIn(json: Json): string[] {
  if (typeof json !== "object" || json === null) return [];
  const { kind } = json as { readonly kind?: Json };
  const own = typeof kind === "string" && kind.includes("#") ? [kind.split("#")[0]!] : [];
  return [...own, ...Object.values(json as { readonly [name: string]: Json }).flatMap(packagesIn)];
}

/** The version of a package, as it is installed here or where the process runs. */
async function versionOf(name: string): Promise<string> {
  for (const place of [import.meta.url, path.resolve("package.json")])
    try {
      const file = createRequire(place).resolve(`${name}/package.json`);
      const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
      return version;
    } catch {
      // It may be in the other place.
    }
  return "unknown";
}
