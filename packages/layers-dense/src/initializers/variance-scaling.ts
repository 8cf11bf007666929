import { check, type Initializer } from "@nn/core";
import { withDefaults } from "../options.ts";
import { normalWith, uniformWith, type Variance } from "./variance.ts";

/** What can be chosen for `varianceScaling`. */
export interface VarianceScalingOptions {
  /** Default 1; the square of what is called gain elsewhere. */
  readonly scale?: number;
  /** What the scale is divided by: the number of inputs (`in`, the default) or outputs of a unit, or the mean of both. */
  readonly fan?: "in" | "out" | "average";
  /** Default `normal`. */
  readonly distribution?: "normal" | "uniform";
}

const fans: Readonly<Record<string, Variance>> = {
  in: (fanIn) => fanIn,
  out: (_, fanOut) => fanOut,
  average: (fanIn, fanOut) => (fanIn + fanOut) / 2,
};

const distributions = { normal: normalWith, uniform: uniformWith };

/**
 * Variance scale / fan: what LeCun's (1 / in), He's (2 / in) and Glorot's (1 / average) initializers are special cases
 * of. He's for a leaky `relu` has the scale 2 / (1 + slope²).
 *
 * ```ts
 * dense(64, { weights: { initializer: varianceScaling({ scale: 2, fan: "out" }) } });
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const config = withDefaults<Required<VarianceScalingOptions>>(
    "varianceScaling",
    { scale: 1, fan: "in", distribution: "normal" },
    options,
  );
  const { scale, fan, distribution } = config;
  check(
    Number.isFinite(scale) && scale > 0,
    () => `varianceScaling: scale must be a finite number above 0, got ${String(scale)}`,
  );
  checkChoice("fan", fan, fans);
  checkChoice("distribution", distribution, distributions);
  const divisor = fans[fan]!;
  const variance: Variance = (fanIn, fanOut) => scale / divisor(fanIn, fanOut);
  return { ...distributions[distribution]("varianceScaling", variance), config: { ...config } };
}

function checkChoice(option: string, value: string, choices: object): void {
  check(
    Object.hasOwn(choices, value),
    () =>
      `varianceScaling: ${option} must be one of ${Object.keys(choices).join(", ")}, got ${String(value)}`,
  );
}
