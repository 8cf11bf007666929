import { barX, type Markish, ruleY, tickX } from "@observablehq/plot";
import type { Box } from "../data/box.ts";
import { accent } from "./palette.ts";

/** A box on the band of this number. */
export interface BoxAt {
  readonly at: number;
  readonly box: Box;
}

/** Lying box plots: extremes, whiskers, box and median. */
export function boxMarks(boxes: readonly BoxAt[]): Markish[] {
  const y = "at";
  const values = (low: keyof Box, high: keyof Box): object => ({
    y,
    x1: ({ box }: BoxAt) => box[low],
    x2: ({ box }: BoxAt) => box[high],
  });
  return [
    ruleY(boxes, { ...values("minimum", "maximum"), strokeOpacity: 0.25 }),
    ruleY(boxes, { ...values("low", "high"), strokeOpacity: 0.8 }),
    barX(boxes, { ...values("lowerQuartile", "upperQuartile"), fill: accent, fillOpacity: 0.55 }),
    tickX(boxes, { x: ({ box }: BoxAt) => box.median, y, strokeWidth: 2 }),
  ];
}
