/** A browser bundle of typical imports. Its entry is `bundles/<name>.ts`. */
export interface Bundle {
  readonly name: string;
  /** The most bytes the bundle may weigh, minified and gzipped. */
  readonly limit?: number;
  /** Parts of file paths of which no byte may be in the bundle. */
  readonly forbidden: readonly string[];
}

/** The most bytes a package may weigh, minified and gzipped, with all its exports. */
export const packageLimits: Readonly<Record<string, number>> = {
  "@nn/core": 20_000,
};

/** The measured bundles. */
export const bundles: readonly Bundle[] = [
  { name: "xor", limit: 25_000, forbidden: ["@tensorflow/", "backend-webgpu/"] },
];
