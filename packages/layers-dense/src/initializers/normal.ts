import { check, type Initializer, normal as drawNormal } from "@nn/core";
import { kindOf } from "../kind.ts";
import { withDefaults } from "../options.ts";

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
  const all = withDefaults(name, { mean: 0, deviation: 0.05 }, options);
  const { mean, deviation } = all;
  check(
    Number.isFinite(mean) && Number.isFinite(deviation) && deviation >= 0,
    () =>
      `${name}: expected a finite mean and a deviation from 0, got mean ${String(mean)} and deviation ${String(deviation)}`,
  );
  return all;
}
