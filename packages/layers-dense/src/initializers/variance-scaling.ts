import type { Initializer } from "@nn/core";
import { checked, type Expected } from "../options.ts";
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

const positive: Expected = [
  (value) => Number.isFinite(value) && (value as number) > 0,
  "a finite number above 0",
];

const fans = {
  in: (fanIn: number) => fanIn,
  out: (_: number, fanOut: number) => fanOut,
  average: (fanIn: number, fanOut: number) => (fanIn + fanOut) / 2,
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
  const {
    scale = 1,
    fan = "in",
    distribution = "normal",
  } = checked("varianceScaling", options, {
    scale: positive,
    fan: oneOf(fans),
    distribution: oneOf(distributions),
  });
  const divisor = fans[fan];
  const variance: Variance = (fanIn, fanOut) => scale / divisor(fanIn, fanOut);
  return {
    ...distributions[distribution]("varianceScaling", variance),
    config: { scale, fan, distribution },
  };
}

function oneOf(choices: object): Expected {
  return [
    (value) => Object.hasOwn(choices, value as string),
    `one of ${Object.keys(choices).join(", ")}`,
  ];
}
