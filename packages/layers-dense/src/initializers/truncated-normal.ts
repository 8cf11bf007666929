import { abs, add, clip, type Initializer, iota, less, mul, normal, scan, select } from "@nn/core";
import { kindOf } from "../kind.ts";
import { type NormalOptions, normalOptions } from "./normal.ts";

/** Where the distribution ends, in standard deviations. */
const limit = 2;

/**
 * Numbers from the normal distribution with the given mean (default 0) and standard deviation (default 0.05), without
 * those that are more than two deviations away from the mean. What is left deviates 0.88 times as much.
 *
 * ```ts
 * dense(3, { weights: { initializer: truncatedNormal({ deviation: 0.02 }) } });
 * ```
 */
export function truncatedNormal(options: NormalOptions = {}): Initializer {
  const { mean, deviation } = normalOptions("truncatedNormal", options);
  return {
    kind: kindOf("truncatedNormal"),
    config: { mean, deviation },
    initialize(key, shape, dtype) {
      // Each round draws the 4.6 % again that are outside; what still is after ten, one in 5 · 10¹⁴, moves to the border.
      const [inside] = scan(
        (z, round) => [
          select(less(abs(z), limit), z, normal(key, shape, { dtype, counter: round })),
          [],
        ],
        normal(key, shape, { dtype }),
        add(iota(10), 1),
      );
      return add(mul(clip(inside, -limit, limit), deviation), mean);
    },
  };
}
