import { fans, type Initializer, normal, uniform } from "@nn/core";
import { kindOf } from "../kind.ts";

/** The variance that an initializer aims at, from the number of inputs and outputs of a unit. */
export type Variance = (fanIn: number, fanOut: number) => number;

/** The uniform distribution around 0 with this variance, which reaches from -√(3 · variance) to √(3 · variance). */
export function uniformWith(name: string, variance: Variance): Initializer {
  return {
    kind: kindOf(name),
    config: {},
    initialize(key, shape, dtype) {
      const { fanIn, fanOut } = fans(shape);
      const limit = Math.sqrt(3 * variance(fanIn, fanOut));
      return uniform(key, shape, { dtype, low: -limit, high: limit });
    },
  };
}

/** The normal distribution around 0 with this variance. */
export function normalWith(name: string, variance: Variance): Initializer {
  return {
    kind: kindOf(name),
    config: {},
    initialize(key, shape, dtype) {
      const { fanIn, fanOut } = fans(shape);
      return normal(key, shape, { dtype, deviation: Math.sqrt(variance(fanIn, fanOut)) });
    },
  };
}
