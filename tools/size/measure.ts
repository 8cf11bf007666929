import path from "node:path";
import { gzipSync } from "node:zlib";

import { build, type Metafile } from "esbuild";

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
  const { outputFiles, metafile } = await build({
    entryPoints: [options.entry],
    absWorkingDir: options.folder,
    outdir: "out",
    bundle: true,
    splitting: true,
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
  const isAtOnce = staticClosure(metafile, options.entry);
  let [bytes, later] = [0, 0];
  for (const { path: file, contents } of outputFiles) {
    const size = gzipSync(contents, { level: 9 }).byteLength;
    if (isAtOnce.has(path.relative(options.folder, file))) bytes += size;
    else later += size;
  }
  return { bytes, later, files };
}

/** The outputs that the entry needs before it can run. */
function staticClosure({ outputs }: Metafile, entry: string): ReadonlySet<string> {
  const found = new Set(Object.keys(outputs).filter((file) => outputs[file]!.entryPoint === entry));
  for (const file of found)
    for (const { path: imported, kind } of outputs[file]?.imports ?? [])
      if (kind === "import-statement") found.add(imported);
  return found;
}
