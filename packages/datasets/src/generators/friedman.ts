import { checkCount } from "../check-options.ts";
import { generate, type Generated, type GeneratorOptions } from "./generate.ts";

/** How `friedman` generates. */
export interface FriedmanOptions extends GeneratorOptions {
  /** How many inputs, of which the first five matter; from 5, default 10. */
  readonly inputs?: number;
}

/**
 * y = 10 sin(π x₁ x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ of inputs from 0 to 1, a regression in which most inputs say nothing
 * (Friedman, Multivariate Adaptive Regression Splines, 1991).
 *
 * ```ts
 * const { inputs, targets } = friedman({ rows: 500, noise: 1, seed: 7 });
 * ```
 */
export function friedman(options: FriedmanOptions): Generated {
  const { inputs: width = 10 } = options;
  checkCount("friedman: inputs", width, 5);
  return generate(
    "friedman",
    options,
    width,
    (x, { uniform, normal }, noise) => {
      for (let i = 0; i < width; i++) x[i] = uniform();
      const interaction = 10 * Math.sin(Math.PI * x[0]! * x[1]!);
      return interaction + 20 * (x[2]! - 0.5) ** 2 + 10 * x[3]! + 5 * x[4]! + noise * normal();
    },
    ["inputs"],
  );
}
