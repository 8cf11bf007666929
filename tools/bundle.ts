import { readFileSync, rmSync } from "node:fs";

import { build } from "esbuild";

/**
 * Writes each entry of the package in this folder that names one under the condition `node` as a single file. Node
 * needs about a third of a millisecond for every module it loads, and our packages have many small ones; bundlers and
 * browsers are given the modules themselves, of which they take what is used.
 */
const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: { readonly [entry: string]: string | { readonly [condition: string]: string } };
};
const entries = Object.values(exports).flatMap((entry) =>
  typeof entry === "object" && entry["node"] ? [entry] : [],
);
rmSync("dist/bundle", { recursive: true, force: true });
await build({
  entryPoints: entries.map((entry) => entry["@nn/source"]!),
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
