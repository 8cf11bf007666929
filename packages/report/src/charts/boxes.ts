import { type Markish, text } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { checkChart, checkOneOf, isObject, show } from "../check.ts";
import { check } from "@nn/core";
import { type Box, boxOfNumbers, quantile, sortedNumbers } from "../data/box.ts";
import { type Column, rangeOf, readColumn } from "../data/columns.ts";
import { boxMarks } from "../draw/box-marks.ts";
import { draw } from "../draw/draw.ts";
import { scaleOf } from "../draw/scale.ts";
import { showNumber, widthOf } from "../draw/text.ts";
import type { Boxes } from "../run/run-record.ts";

/** How boxes share an axis. */
export interface BoxesOptions extends ChartOptions {
  /**
   * `shared`: all on one axis. `own`: every feature is drawn from its least to its greatest value, which are written
   * beside it; for features of different units. `auto`, the default, takes what shows the boxes best.
   */
  readonly scale?: "auto" | "shared" | "own";
}

/** A feature with its box. */
interface Row {
  readonly name: string;
  readonly box: Box;
}

/**
 * A box plot for each feature: median, quartiles, whiskers to the last value within one and a half interquartile ranges,
 * and a faint line to the extremes. Features that hold no numbers are left out, and named below.
 *
 * ```ts
 * const { svg } = boxes({ area: [70, 90, 400], price: boxOf(price) }, { title: "Before the pipeline" });
 * ```
 */
export function boxes(features: Boxes, options: BoxesOptions = {}): Chart {
  checkChart("boxes", options, ["scale"]);
  const { scale = "auto" } = options;
  checkOneOf("boxes: scale", scale, ["auto", "shared", "own"]);
  check(isObject(features), () => `boxes: expected features by their names, got ${show(features)}`);
  const rows: Row[] = [];
  const others: string[] = [];
  for (const [name, given] of Object.entries(features)) {
    const box = readBox(name, given);
    if (box) rows.push({ name, box });
    else others.push(name);
  }
  const missing = rows
    .filter(({ box }) => box.missing > 0)
    .map(({ name, box }) => `${name} (${box.missing})`);
  const caption = [
    "Boxes hold the middle half of the values, with their median; faint lines end at the extremes.",
    missing.length > 0 ? `Missing values: ${missing.join(", ")}.` : "",
    others.length > 0 ? `Without numbers: ${others.join(", ")}.` : "",
  ];
  const isOwn = scale === "own" || (scale === "auto" && !shareAScale(rows));
  const extremes = rows.map(({ box }) => `${showNumber(box.minimum)} … ${showNumber(box.maximum)}`);
  const shared = scaleOf(...rangeOf(rows.flatMap(({ box }) => [box.minimum, box.maximum])));
  const marks: Markish[] = boxMarks(
    rows.map(({ box }, at) => ({ at, box: isOwn ? toUnit(box) : box })),
  );
  if (isOwn)
    marks.push(
      text(extremes, {
        x: () => 1,
        y: (_: string, at: number) => at,
        text: (range: string) => range,
        textAnchor: "start",
        dx: 14,
        fillOpacity: 0.8,
      }),
    );
  return draw(
    {
      title: "Features",
      caption,
      x: isOwn ? { scale: scaleOf(0, 1) } : { label: "value", scale: shared },
      y: { scale: { type: "band", names: rows.map(({ name }) => name) } },
      marks,
      isEmpty: rows.length === 0,
      height: rows.length * 22 + (isOwn ? 40 : 56),
      right: isOwn ? Math.max(0, ...extremes.map(widthOf)) + 14 : 16,
    },
    options,
  );
}

function readBox(name: string, given: Column | Box): Box | undefined {
  if (isObject(given) && "median" in given) {
    const box = given as Box;
    for (const key of [
      "minimum",
      "low",
      "lowerQuartile",
      "median",
      "upperQuartile",
      "high",
      "maximum",
    ] as const)
      check(
        Number.isFinite(box[key]),
        () =>
          `boxes: '${name}' must be values or what boxOf() returns, got ${key} ${show(box[key])}`,
      );
    return box;
  }
  const column = readColumn(`boxes: '${name}'`, given as Column);
  return column.type === "number" ? boxOfNumbers(column.values) : undefined;
}

/** Whether features can be told apart on one axis: half of them take at least a sixth of it. */
function shareAScale(rows: readonly Row[]): boolean {
  const sizes = sortedNumbers(rows.map(({ box }) => box.maximum - box.minimum));
  const [least, greatest] = rangeOf(rows.flatMap(({ box }) => [box.minimum, box.maximum]));
  return quantile(sizes, 0.5) * 6 >= greatest - least;
}

/** With its extremes at 0 and 1. */
function toUnit(box: Box): Box {
  const range = box.maximum - box.minimum;
  const unit = (value: number): number => (range > 0 ? (value - box.minimum) / range : 0.5);
  return {
    ...box,
    minimum: unit(box.minimum),
    low: unit(box.low),
    lowerQuartile: unit(box.lowerQuartile),
    median: unit(box.median),
    upperQuartile: unit(box.upperQuartile),
    high: unit(box.high),
    maximum: unit(box.maximum),
  };
}
