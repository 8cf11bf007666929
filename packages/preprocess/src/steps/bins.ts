import { check } from "@nn/core";
import { type Expected, oneOf, parse, type StepArguments, wholeFrom } from "../arguments.ts";
import { each } from "../frame/column.ts";
import { mapStep } from "../map-step.ts";
import { quantilesOf } from "../statistics.ts";
import { isNumbers } from "../state.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `bins`. */
export interface BinsOptions {
  /** How many, up to 10,000; 10 by default. */
  readonly count?: number;
  /** Whether bins are equally wide, or hold equally many training rows; "width" by default. */
  readonly by?: "width" | "quantile";
  /** Where bins end, instead: [2, 5] makes three, of numbers below 2, from 2 to below 5, and from 5. */
  readonly edges?: readonly number[];
}

const edges: Expected = [
  (value) => isNumbers(value) && value.length > 0 && isRising(value),
  "a list of rising numbers",
];

/**
 * Replaces numbers by the number of the bin that they are in, from 0. A bin holds its lower edge. Numbers beyond those of
 * the training rows are in the first or the last bin. Where many rows have the same number, there are fewer bins than were
 * asked for. There is no way back from it.
 *
 * ```ts
 * bins("lat", "long", { count: 20, by: "quantile" });
 * ```
 */
export function bins(...args: StepArguments<BinsOptions>): Step {
  const { columns, options } = parse<BinsOptions>("bins", args, {
    count: wholeFrom(2, 10_000),
    by: oneOf("width", "quantile"),
    edges,
  });
  check(
    options.edges === undefined || (options.count ?? options.by) === undefined,
    () => "bins: expected either edges, or count and by, got both",
  );
  const { count = 10, by = "width", edges: given } = options;
  const levels = Array.from({ length: count - 1 }, (_, i) => (i + 1) / count);
  return mapStep({
    name: "bins",
    columns,
    options: { ...options },
    learn(values) {
      if (given) return given;
      const [min, max] = quantilesOf(values, [0, 1]) as [number, number];
      const ends =
        by === "width"
          ? levels.map((level) => min + (max - min) * level)
          : quantilesOf(values, levels);
      return [...new Set(ends)].filter((end) => end > min);
    },
    isFine: isRising,
    map: (ends) =>
      each((value) => {
        if (Number.isNaN(value)) return value;
        let [low, high] = [0, ends.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (value < ends[middle]!) high = middle;
          else low = middle + 1;
        }
        return low;
      }),
  });
}

function isRising(ends: readonly number[]): boolean {
  return ends.every((end, i) => i === 0 || end > ends[i - 1]!);
}
