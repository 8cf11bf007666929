import { type Loss, mul, relu, square, sub } from "@nn/core";
import { signTarget } from "./binary-target.ts";
import { perExample } from "./per-example.ts";
import type { HingeOptions } from "./hinge.ts";
import { checkFlag, checkOptions, kindOf } from "./options.ts";

/**
 * The hinge loss of two classes, as of support vector machines: max(0, 1 - target · prediction), as the mean over an
 * example's outputs. The target is -1 or 1; 0 counts as -1. It has the prediction's shape, and single outputs, [rows, 1],
 * take [rows], too. Any other target makes the loss NaN.
 *
 * ```ts
 * await fit({ model: dense(1), data, loss: binaryHinge(), optimizer: sgd(), epochs: 100, backend });
 * ```
 */
export function binaryHinge(options: HingeOptions = {}): Loss {
  checkOptions("binaryHinge", options, ["squared"]);
  const { squared = false } = options;
  checkFlag("binaryHinge: squared", squared);
  return {
    kind: kindOf("binaryHinge"),
    config: { squared },
    values(prediction, target) {
      const margins = relu(sub(1, mul(signTarget("binaryHinge", prediction, target), prediction)));
      return perExample(squared ? square(margins) : margins);
    },
  };
}
