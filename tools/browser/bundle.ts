import path from "node:path";
import { build } from "esbuild";
import { root } from "../workspace.ts";

/**
 * The program of the page, minified as applications have it, from the packages' sources. Modules of Node have no place
 * in it: the build fails where one is imported.
 */
export async function bundle(): Promise<Uint8Array> {
  const { NN_SEED, NN_RUNS } = process.env;
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "tools/browser/page.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@nn/source"],
    alias: { vitest: path.join(root, "tools/browser/vitest.ts") },
    // What the kits are told by the environment.
    define: { process: JSON.stringify({ env: { NN_SEED, NN_RUNS } }) },
    logLevel: "error",
  });
  return outputFiles[0]!.contents;
}
