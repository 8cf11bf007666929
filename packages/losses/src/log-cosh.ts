import {
  abs,
  add,
  customGradient,
  expm1,
  log1p,
  type Loss,
  mul,
  sub,
  tanh,
  type Tensor,
} from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { kindOf } from "./options.ts";
import { perExample } from "./per-example.ts";

/**
 * log cosh(prediction - target), as the mean over an example's outputs: about half the square for small distances, and
 * the distance less log 2 for large ones. Its slope is the hyperbolic tangent of the distance.
 *
 * ```ts
 * await fit({ model, data, loss: logCosh(), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function logCosh(): Loss {
  // That of the formula would cancel out where distances are small.
  const value = customGradient(valueOf, ([distance], _, slope) => [mul(slope, tanh(distance))]);
  return {
    kind: kindOf("logCosh"),
    config: {},
    values: (prediction, target) =>
      perExample(value(sub(prediction, likePrediction("logCosh", prediction, target)))),
  };
}

/** |x| + log((1 + e^(-2|x|)) / 2): nothing overflows, and small values are not lost beside log 2. */
function valueOf(x: Tensor): Tensor {
  const size = abs(x);
  return add(size, log1p(mul(expm1(mul(size, -2)), 0.5)));
}
