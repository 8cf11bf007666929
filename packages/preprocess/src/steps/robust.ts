import { type Columns, parse } from "../arguments.ts";
import { mapStep } from "../map-step.ts";
import { scale, unscale } from "../scaling.ts";
import { quantilesOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/**
 * Scales columns so that those of the training rows have median 0 and an interquartile range of 1, which a few outliers do
 * not change. Where the quartiles are equal, only the median is subtracted.
 */
export function robust(...columns: readonly Columns[]): Step {
  return mapStep({
    name: "robust",
    columns: parse("robust", columns, {}).columns,
    learn: (values) => quantilesOf(values, [0.25, 0.5, 0.75]),
    isFine: (learned) =>
      learned.length === 3 &&
      learned[2]! >= learned[0]! &&
      Number.isFinite(learned[2]! - learned[0]!),
    map: ([low, median, high]) => scale({ offset: median!, divisor: high! - low! }),
    inverse: ([low, median, high]) => unscale({ offset: median!, divisor: high! - low! }),
  });
}
