import { gzipSync } from "node:zlib";

import { build, type Plugin } from "esbuild";

/** What a bundle weighs and which files it is made of. Bytes are those after minification and `gzip -9`. */
export interface Measurement {
  /** What is loaded at once. */
  readonly bytes: number;
  /** What is loaded later, where it is used. */
  readonly later: number;
  /** The files that contribute at least one byte to the output, relative to `folder`. */
  readonly files: readonly string[];
}

/**
 * Bundles `entry` for browsers, minified, and weighs it. Packages resolve to their sources, so no
 * build is needed. With `external`, every import of another package is left out of the bundle.
 */
export async function measure(options: {
  readonly entry: string;
  readonly folder: string;
  readonly external: boolean;
}): Promise<Measurement> {
  const bundle = async (isWhole: boolean): Promise<Pick<Measurement, "bytes" | "files">> => {
    const { outputFiles, metafile } = await build({
      entryPoints: [options.entry],
      absWorkingDir: options.folder,
      outdir: "out",
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      conditions: ["@nn/source"],
      packages: options.external ? "external" : "bundle",
      plugins: isWhole ? [] : [loadedLater],
      logLevel: "error",
    });
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
        bytesInOutput > 0 ? file : [],
      ),
    );
    const bytes = outputFiles.reduce(
      (sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength,
      0,
    );
    return { bytes, files };
  };
  const whole = await bundle(true);
  const { bytes } = await bundle(false);
  return { bytes, later: whole.bytes - bytes, files: whole.files };
}

/** Leaves out what is imported while running, where it is used. */
const loadedLater: Plugin = {
  name: "loaded-later",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    ),
};
