import { oneOf, parse, type StepArguments, wholeFrom } from "../arguments.ts";
import { each } from "../frame/column.ts";
import { mapStep } from "../map-step.ts";
import { normalLevel, normalQuantile } from "../normal.ts";
import { quantilesOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `quantile`. */
export interface QuantileOptions {
  /** What the training rows look like afterwards: even from 0 to 1, or normal; "uniform" by default. */
  readonly output?: "uniform" | "normal";
  /** How many quantiles to remember; 1,000 by default, and never more than there are rows. */
  readonly count?: number;
}

/** Beyond this level, normal quantiles are those of it: about 5.2 standard deviations. */
const edge = 1e-7;

/**
 * Replaces numbers by their rank among the training rows, from 0 for the least to 1 for the greatest, with straight lines
 * between the quantiles that are remembered. Numbers beyond those of the training rows become 0 or 1, and come back as the
 * least or greatest.
 *
 * ```ts
 * quantile("sqft_lot", { output: "normal" });
 * ```
 */
export function quantile(...args: StepArguments<QuantileOptions>): Step {
  const { columns, options } = parse<QuantileOptions>("quantile", args, {
    output: oneOf("uniform", "normal"),
    count: wholeFrom(2),
  });
  const { output = "uniform", count = 1000 } = options;
  const isNormal = output === "normal";
  return mapStep({
    name: "quantile",
    columns,
    options: { ...options },
    learn(values) {
      const last = Math.max(Math.min(count, values.length) - 1, 1);
      return quantilesOf(
        values,
        Array.from({ length: last + 1 }, (_, i) => i / last),
      );
    },
    isFine: (learned) =>
      learned.length > 1 && learned.every((one, i) => i === 0 || one >= learned[i - 1]!),
    map(learned) {
      const levelOf = rankIn(learned);
      return each((value) => {
        const level = levelOf(value);
        return isNormal ? normalQuantile(Math.min(Math.max(level, edge), 1 - edge)) : level;
      });
    },
    inverse: (learned) =>
      each((value) => {
        const level = isNormal ? normalLevel(value) : value;
        const isLow = level <= (isNormal ? edge * 1.000001 : 0);
        const isHigh = level >= (isNormal ? 1 - edge * 1.000001 : 1);
        const at = (isLow ? 0 : isHigh ? 1 : level) * (learned.length - 1);
        const below = learned[Math.floor(at)]!;
        return Number.isNaN(level) ? level : below + (learned[Math.ceil(at)]! - below) * (at % 1);
      }),
  });
}

/** From values to levels. Where many quantiles are equal, the level is in the middle of theirs. */
function rankIn(quantiles: readonly number[]): (value: number) => number {
  const last = quantiles.length - 1;
  const first = (isBeyond: (quantile: number) => boolean): number => {
    let [low, high] = [0, quantiles.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBeyond(quantiles[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (value) => {
    if (Number.isNaN(value)) return value;
    const from = first((quantile) => quantile >= value);
    const to = first((quantile) => quantile > value) - 1;
    if (from === 0 && to < 0) return 0;
    if (from > last) return 1;
    if (to >= from) return from === 0 ? 0 : to === last ? 1 : (from + to) / 2 / last;
    const [below, above] = [quantiles[to]!, quantiles[from]!];
    return (to + (value - below) / (above - below)) / last;
  };
}
