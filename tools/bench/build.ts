import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { root } from "../workspace.ts";
import { scripts } from "./contestants/contestant.ts";

/** What is measured is what is published: `dist`. */
export function buildPackages(): void {
  const options = { cwd: root, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], options);
  if (status !== 0) throw new Error(`bench: npm run build failed:\n${stdout}${stderr}`);
}

/** Scripts of processes as plain JavaScript, so that no compiler is part of what is measured. */
export async function bundleScripts(): Promise<void> {
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [
      "ours/run.ts",
      "ours/draw.ts",
      "products/adapter.ts",
      "products/ours.ts",
      "products/tiled.ts",
      "peers/tfjs.mjs",
      "peers/tfjs-webgpu.mjs",
      "peers/tfjs-product.mjs",
      "peers/jax.mjs",
      "peers/brain.mjs",
    ],
    outdir: scripts,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
}
