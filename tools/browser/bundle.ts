import path from "node:path";
import { build } from "esbuild";
import { build as buildWithVite, defaultClientConditions } from "vite";
import { root } from "../workspace.ts";

const page =
  '<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>';

/**
 * A page and its programs by their file names, minified as applications have them, from the packages' sources. The first
 * program is the page's own. Modules of Node have no place in them: the build fails where one is imported.
 */
export async function bundle(
  programs: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { NN_SEED, NN_RUNS } = process.env;
  const { outputFiles } = await build({
    entryPoints: programs.map((name) => path.join(root, `tools/browser/${name}.ts`)),
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
  const files = new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
  return files.set("index.html", Buffer.from(page));
}

/** The page of the folder `vite` and its programs, as Vite bundles them for production. */
export async function viteBundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const built = await buildWithVite({
    root: path.join(root, "tools/browser/vite"),
    base: "./",
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@nn/source", ...defaultClientConditions] },
    build: { write: false },
  });
  // Vite watches in another mode, and builds several outputs for those who ask for them.
  const { output } = built as Exclude<typeof built, readonly unknown[] | { on: unknown }>;
  return new Map(
    output.map((file) => {
      const contents = file.type === "chunk" ? file.code : file.source;
      return [path.basename(file.fileName), Buffer.from(contents)];
    }),
  );
}
