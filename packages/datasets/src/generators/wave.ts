import { generate, type Generated, type GeneratorOptions } from "./generate.ts";

/**
 * y = −x sin(10 x) of one input from 0 to 1, in even steps: a curve whose waves grow. Noise is added to y.
 *
 * ```ts
 * const { inputs, targets } = wave({ rows: 100, noise: 0.05, seed: 7 });
 * ```
 */
export function wave(options: GeneratorOptions): Generated {
  return generate("wave", options, 1, (x, { normal }, noise, index) => {
    const at = index / Math.max(1, options.rows - 1);
    x[0] = at;
    return -at * Math.sin(10 * at) + noise * normal();
  });
}
