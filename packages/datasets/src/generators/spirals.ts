import { check } from "@nn/core";
import { generate, type Generated, type GeneratorOptions } from "./generate.ts";

/** How `spirals` generates. */
export interface SpiralsOptions extends GeneratorOptions {
  /** How often each spiral goes around; default 1.5. */
  readonly turns?: number;
}

/**
 * Two spirals that wind around each other within a circle of radius 1, one of class 0 and one of class 1, in turn (after
 * Lang and Witbrock, Learning to Tell Two Spirals Apart, 1988). Noise moves the points.
 *
 * ```ts
 * const { inputs, targets } = spirals({ rows: 400, noise: 0.02, seed: 7 });
 * ```
 */
export function spirals(options: SpiralsOptions): Generated {
  const { turns = 1.5 } = options;
  check(
    typeof turns === "number" && turns > 0 && turns < Infinity,
    () => `spirals: turns must be a finite number above 0, got ${String(turns)}`,
  );
  return generate(
    "spirals",
    options,
    2,
    (x, { uniform, normal }, noise, index) => {
      const label = index % 2;
      // The square root spreads the points evenly over the length.
      const radius = Math.sqrt(uniform());
      const angle = 2 * Math.PI * turns * radius + Math.PI * label;
      x[0] = radius * Math.cos(angle) + noise * normal();
      x[1] = radius * Math.sin(angle) + noise * normal();
      return label;
    },
    ["turns"],
  );
}
