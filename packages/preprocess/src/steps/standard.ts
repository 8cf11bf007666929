import { type Columns, parse } from "../arguments.ts";
import { mapStep } from "../map-step.ts";
import { scale, unscale } from "../scaling.ts";
import { deviationOf, meanOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/**
 * Scales columns so that those of the training rows have mean 0 and standard deviation 1, which is that of the rows as
 * they are, divided by their number. A column of one value becomes 0.
 *
 * ```ts
 * standard(where({ type: "number" }));
 * ```
 */
export function standard(...columns: readonly Columns[]): Step {
  return mapStep({
    name: "standard",
    columns: parse("standard", columns, {}).columns,
    learn(values) {
      const mean = meanOf(values);
      return [mean, deviationOf(values, mean)];
    },
    isFine: (learned) => learned.length === 2 && learned[1]! >= 0,
    map: ([offset, divisor]) => scale({ offset: offset!, divisor: divisor! }),
    inverse: ([offset, divisor]) => unscale({ offset: offset!, divisor: divisor! }),
  });
}
