import { quantile, sortedNumbers } from "../data/box.ts";
import { isSkewed } from "../data/skew.ts";
import type { Legend } from "./legend.ts";
import { ramp } from "./palette.ts";

/** Colours for a range of values. */
export interface Colours {
  readonly fills: readonly string[];
  readonly legend: Legend;
  /** The number of a value's colour. */
  levelOf(value: number): number;
}

/** What is coloured. */
export interface ColoursOf {
  readonly label: string;
  readonly values: ArrayLike<number>;
  /** Whether zero is in the middle. */
  readonly isDiverging?: boolean;
  /** Whether extremes may share the colours of the ends, where they would leave little to the others, or steps be those of logarithms. */
  readonly isOpen?: boolean;
  readonly levels?: number;
}

/** Colours from the least to the greatest value. */
export function coloursFor(options: ColoursOf): Colours {
  const { label, values, isDiverging = false, levels = 16 } = options;
  const sorted = sortedNumbers(values);
  let [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const [most, least] = [quantile(sorted, 0.98), quantile(sorted, 0.02)];
  const isOpen = options.isOpen === true && most > least && most - least < (high - low) / 1.5;
  if (isOpen) [low, high] = [least, most];
  if (isDiverging) {
    high = Math.max(Math.abs(low), Math.abs(high));
    low = -high;
  }
  const isLog = options.isOpen === true && !isDiverging && isSkewed(sorted);
  const place = isLog ? Math.log : (value: number) => value;
  const fills = ramp(levels, isDiverging);
  return {
    fills,
    legend: {
      kind: "ramp",
      label: isLog ? `${label} (logarithmic)` : label,
      colours: fills,
      low,
      high,
      isOpen,
    },
    levelOf(value) {
      if (!(high > low)) return levels >> 1;
      const part = (place(value) - place(low)) / (place(high) - place(low));
      return Math.min(Math.max(Math.floor(part * levels), 0), levels - 1);
    },
  };
}
