/** How many bytes something may weigh, minified and gzipped. */
export interface Budget {
  /** More than this fails: it only ever goes down. */
  readonly limit?: number;
  /** What it is meant to come down to. */
  readonly target?: number;
}

/** A browser bundle of typical imports. Its entry is `bundles/<name>.ts`. */
export interface Bundle extends Budget {
  readonly name: string;
  /** Parts of file paths of which no byte may be in the bundle. */
  readonly forbidden: readonly string[];
}

/** The budgets of packages, with all their exports. */
export const packageBudgets: Readonly<Record<string, Budget>> = {
  "@nn/backend-wasm": { limit: 50_900 },
  "@nn/conv": { limit: 2_510 },
  "@nn/core": { limit: 20_000, target: 20_000 },
};

/** The measured bundles. */
export const bundles: readonly Bundle[] = [
  { name: "xor", limit: 24_900, target: 25_000, forbidden: ["@tensorflow/", "backend-webgpu/"] },
];
