import { type Expected, parse, type StepArguments } from "../arguments.ts";
import { mapStep } from "../map-step.ts";
import { type Scaling, scale, unscale } from "../scaling.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `minMax`. */
export interface MinMaxOptions {
  /** What the least and the greatest number of the training rows become; 0 and 1 by default. */
  readonly range?: readonly [number, number];
}

const range: Expected = [
  (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((end) => Number.isFinite(end)) &&
    value[0] < value[1] &&
    Number.isFinite(value[1] - value[0]),
  "two numbers, the smaller one first",
];

/**
 * Scales columns so that those of the training rows lie between 0 and 1. Other rows may lie outside. A column of one
 * value becomes 0, or where the range begins.
 *
 * ```ts
 * minMax(except("date"));
 * minMax("lat", "long", { range: [-1, 1] });
 * ```
 */
export function minMax(...args: StepArguments<MinMaxOptions>): Step {
  const { columns, options } = parse<MinMaxOptions>("minMax", args, { range });
  const [low, high] = options.range ?? [0, 1];
  const scalingOf = ([min, max]: readonly number[]): Scaling => ({
    offset: min!,
    divisor: (max! - min! || 1) / (high - low),
    shift: low,
  });
  return mapStep({
    name: "minMax",
    columns,
    options: { range: options.range },
    learn(values) {
      let [min, max] = [values[0]!, values[0]!];
      for (let row = 0; row < values.length; row++) {
        const value = values[row]!;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      return [min, max];
    },
    isFine: ([min, max, ...more]) =>
      min !== undefined && max! >= min && Number.isFinite(max! - min) && more.length === 0,
    map: (learned) => scale(scalingOf(learned)),
    inverse: (learned) => unscale(scalingOf(learned)),
  });
}
