import { generate, type Generated, type GeneratorOptions } from "./generate.ts";

/**
 * Two half circles that reach into each other, one of class 0 and one of class 1, in turn. Noise moves the points.
 *
 * ```ts
 * const { inputs, targets } = moons({ rows: 200, noise: 0.1, seed: 7 });
 * ```
 */
export function moons(options: GeneratorOptions): Generated {
  return generate("moons", options, 2, (x, { uniform, normal }, noise, index) => {
    const label = index % 2;
    const angle = Math.PI * uniform();
    x[0] = (label === 0 ? Math.cos(angle) : 1 - Math.cos(angle)) + noise * normal();
    x[1] = (label === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle)) + noise * normal();
    return label;
  });
}
