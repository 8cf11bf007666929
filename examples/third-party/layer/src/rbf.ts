import { exp, type Layer, mul, neg, type ParameterOptions, TensorError } from "@nn/core";
import { uniform } from "@nn/layers-dense";
import { squaredDistances } from "./squared-distances.ts";

/** What can be chosen for `rbf` besides its number of units. */
export interface RbfOptions {
  /** How fast the response falls off with the squared distance; 1 by default. */
  readonly sharpness?: number;
  /** How the centers start and train; anywhere between -1 and 1 by default. */
  readonly centers?: ParameterOptions;
}

/**
 * Radial basis functions: exp(-sharpness · |x - center|²) for each of the centers, which are learned. [batch, features]
 * becomes [batch, units].
 *
 * ```ts
 * const model = sequential([rbf(16, { sharpness: 4 }), dense(1)]);
 * ```
 */
export function rbf(units: number, options: RbfOptions = {}): Layer {
  const { sharpness = 1 } = options;
  if (!Number.isInteger(units) || units < 1)
    throw new TensorError(`rbf: units must be a whole number from 1, got ${units}`);
  if (!(sharpness > 0))
    throw new TensorError(`rbf: sharpness must be a number above 0, got ${sharpness}`);
  const centers = { initializer: uniform({ low: -1, high: 1 }), ...options.centers };
  return {
    kind: "@acme/layer-rbf#rbf",
    config: { units, sharpness, centers },
    apply(scope, x) {
      const [, features] = x.shape;
      if (features === undefined || x.shape.length !== 2)
        throw new TensorError(`rbf: '${scope.path}' takes [batch, features], got [${x.shape}]`);
      const own = scope.parameter("centers", [units, features], centers);
      return exp(mul(neg(squaredDistances(x, own)), sharpness));
    },
  };
}
