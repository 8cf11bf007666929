import { chmodSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";

/**
 * Writes each entry of the package in this folder that names one under the condition `node` as a single file. Node
 * needs about a third of a millisecond for every module it loads, and our packages have many small ones; bundlers and
 * browsers are given the modules themselves, of which they take what is used. Programs, which the package names as `bin`,
 * are made of the sources of their names, and may be run as they are.
 */
const { exports, bin = {} } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: { readonly [entry: string]: string | { readonly [condition: string]: string } };
  readonly bin?: { readonly [program: string]: string };
};
const programs = Object.values(bin);
const entries = Object.values(exports).flatMap((entry) =>
  typeof entry === "object" && entry["node"] ? [entry] : [],
);
rmSync("dist/bundle", { recursive: true, force: true });
await build({
  entryPoints: [
    ...entries.map((entry) => entry["@nn/source"]!),
    ...programs.map((file) => `src/${path.basename(file, ".js")}.ts`),
  ],
  outdir: "dist/bundle",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  packages: "external",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "error",
});
for (const file of programs) chmodSync(file, 0o755);
