import { type Initializer, normal as drawNormal } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checked, type Expected, finite } from "../options.ts";

const fromZero: Expected = [
  (value) => Number.isFinite(value) && (value as number) >= 0,
  "a finite number from 0",
];

/** What can be chosen for a normal distribution. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** The standard deviation, from 0; default 0.05. */
  readonly deviation?: number;
}

/**
 * Numbers from the normal distribution with the given mean (default 0) and standard deviation (default 0.05).
 *
 * ```ts
 * dense(3, { weights: { initializer: normal({ deviation: 0.5 }) } });
 * ```
 */
export function normal(options: NormalOptions = {}): Initializer {
  const { mean, deviation } = normalOptions("normal", options);
  return {
    kind: kindOf("normal"),
    config: { mean, deviation },
    initialize: (key, shape, dtype) => drawNormal(key, shape, { dtype, mean, deviation }),
  };
}

/** The options of a normal distribution, checked and with their defaults. */
export function normalOptions(name: string, options: NormalOptions): Required<NormalOptions> {
  const { mean = 0, deviation = 0.05 } = checked(name, options, {
    mean: finite,
    deviation: fromZero,
  });
  return { mean, deviation };
}
