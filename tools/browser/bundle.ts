import path from "node:path";
import { build } from "esbuild";
import { root } from "../workspace.ts";

/**
 * The program of the page and that of its jobs by their file names, minified as applications have them, from the
 * packages' sources. Modules of Node have no place in them: the build fails where one is imported.
 */
export async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { NN_SEED, NN_RUNS } = process.env;
  const { outputFiles } = await build({
    entryPoints: ["page", "job"].map((name) => path.join(root, `tools/browser/${name}.ts`)),
    absWorkingDir: root,
    outdir: "out",
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
  return new Map(outputFiles.map(({ path: file, contents }) => [path.basename(file), contents]));
}
