import { add, expandDims, type Loss, mean, relu, select, square, sub, sum } from "@nn/core";
import { singleClass } from "./class-target.ts";
import { perExample } from "./per-example.ts";
import { checkFlag, checkOptions, kindOf } from "./options.ts";

/** What can be chosen for the hinge losses. */
export interface HingeOptions {
  /** Whether margins are squared, which makes the loss smooth; false by default. */
  readonly squared?: boolean;
}

/**
 * The hinge loss of one class out of several: max(0, 1 + x - x of the right class) of the predicted scores x of all
 * other classes, added up and divided by the number of classes (Weston and Watkins, "Support Vector Machines for
 * Multi-Class Pattern Recognition", 1999). Classes are along the last axis, and further axes are averaged.
 *
 * The target is a class number, or a row of zeros with a single 1; anything else makes the loss NaN.
 *
 * ```ts
 * await fit({ model: dense(10), data, loss: hinge({ squared: true }), optimizer: sgd(), epochs: 100, backend });
 * ```
 */
export function hinge(options: HingeOptions = {}): Loss {
  checkOptions("hinge", options, ["squared"]);
  const { squared = false } = options;
  checkFlag("hinge: squared", squared);
  return {
    kind: kindOf("hinge"),
    config: { squared },
    values(prediction, target) {
      const { isClass, guard } = singleClass("hinge", prediction, target);
      const right = expandDims(sum(select(isClass, prediction, 0), -1), -1);
      const margins = select(isClass, 0, relu(add(sub(prediction, right), 1)));
      return perExample(add(mean(squared ? square(margins) : margins, -1), guard));
    },
  };
}
