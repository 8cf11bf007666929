import { generate, type Generated, type GeneratorOptions } from "./generate.ts";

/**
 * The corners (0, 0), (0, 1), (1, 0) and (1, 1), in turn, of class 1 where the two inputs differ: no line tells them
 * apart. Noise moves the points.
 *
 * ```ts
 * const { inputs, targets } = exclusiveOr({ rows: 4 });
 * ```
 */
export function exclusiveOr(options: GeneratorOptions): Generated {
  return generate("exclusiveOr", options, 2, (x, { normal }, noise, index) => {
    const first = (index >> 1) & 1;
    const second = index & 1;
    x[0] = first + noise * normal();
    x[1] = second + noise * normal();
    return first ^ second;
  });
}
