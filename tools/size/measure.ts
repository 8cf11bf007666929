import { gzipSync } from "node:zlib";

import { build } from "esbuild";

/** What a bundle weighs and which files it is made of. */
export interface Measurement {
  /** Bytes after minification and `gzip -9`. */
  readonly bytes: number;
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
    logLevel: "error",
  });
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
  const bytes = outputFiles.reduce(
    (sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength,
    0,
  );
  return { bytes, files };
}
