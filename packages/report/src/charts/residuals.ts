import { areaY, lineY, type Markish, ruleX, ruleY } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { scaleFor } from "../draw/scale-for.ts";
import { checkAxis, checkChart } from "../check.ts";
import { boxOfNumbers, quantile, sortedNumbers } from "../data/box.ts";
import { isSkewed } from "../data/skew.ts";
import {
  checkLengths,
  type Column,
  type ReadColumn,
  rangeOf,
  readColumn,
} from "../data/columns.ts";
import { boxMarks } from "../draw/box-marks.ts";
import { cloud } from "../draw/cloud.ts";
import { draw } from "../draw/draw.ts";
import { colourOf } from "../draw/palette.ts";
import { scaleOf } from "../draw/scale.ts";
import { showCount, showNumber } from "../draw/text.ts";
import { type PredictedAndTrue, readPredictions } from "../data/predictions.ts";

/** What to draw residuals over. */
export interface ResidualsOptions extends ChartOptions {
  /** A feature of the same rows; the true values by default. */
  readonly over?: { readonly name: string; readonly values: Column };
}

/** Words that have a box of their own; the others share one. */
const mostLevels = 15;

/** Parts of the rows that medians are taken of. */
const parts = 16;

/**
 * Residuals, which are true less predicted values, over a feature, with their median along it. Over words there is a box
 * for each of the most frequent ones.
 *
 * ```ts
 * const { svg } = residuals({ truth, predicted }, { over: { name: "lat", values: table.array("lat") } });
 * ```
 */
export function residuals(predictions: PredictedAndTrue, options: ResidualsOptions = {}): Chart {
  const name = "residuals";
  checkChart(name, options, ["over"]);
  const { target, truth, predicted } = readPredictions(name, predictions);
  const { over = { name: `true ${target}`, values: truth } } = options;
  checkAxis("residuals: over", over);
  checkLengths(name, { truth, [over.name]: over.values });
  const feature = readColumn(`residuals: '${over.name}'`, over.values);
  const errors = truth.map((value, row) => value - predicted[row]!);
  return feature.type === "words"
    ? overWords(target, over.name, feature, errors, options)
    : overNumbers(target, over.name, feature, errors, options);
}

function overNumbers(
  target: string,
  label: string,
  feature: ReadColumn,
  errors: Float64Array,
  options: ChartOptions,
): Chart {
  const isLog = feature.type === "number" && isSkewed(feature.values);
  const xScale = isLog ? scaleOf(...rangeOf(feature.values), { type: "log" }) : scaleFor(feature);
  const { low, high, beyond } = focus(errors);
  const yScale = scaleOf(low, high);
  const { marks, caption, isEmpty } = cloud({
    x: feature.values,
    y: errors.map((error) => Math.min(Math.max(error, low), high)),
    xScale,
    yScale,
    columns: 60,
    rows: 36,
  });
  const along = medians(feature.values, errors);
  return draw(
    {
      title: `Residuals of ${target} over ${label}`,
      caption: [
        ...caption,
        beyond,
        along.length > 0 ? "The line is their median, the band around it the middle half." : "",
      ],
      x: { label: isLog ? `${label} (logarithmic)` : label, scale: xScale },
      y: { label: `true − predicted ${target}`, scale: yScale },
      marks: [
        ...marks,
        ruleY([0], { strokeOpacity: 0.6, strokeDasharray: "4 3" }),
        areaY(along, { x: "at", y1: "low", y2: "high", fill: colourOf(1), fillOpacity: 0.35 }),
        lineY(along, { x: "at", y: "middle", stroke: colourOf(1), strokeWidth: 2 }),
      ] satisfies Markish[],
      isEmpty,
    },
    options,
  );
}

function overWords(
  target: string,
  label: string,
  { values, levels }: ReadColumn,
  errors: Float64Array,
  options: ChartOptions,
): Chart {
  const shown = levels.length > mostLevels + 1 ? levels.slice(0, mostLevels) : levels;
  const isShort = shown.length < levels.length;
  const names = isShort ? [...shown, `${levels.length - shown.length} others`] : shown;
  const missing = values.reduce(
    (sum, level, row) => sum + Number(Number.isNaN(level + errors[row]!)),
    0,
  );
  const boxes = names.flatMap((_, at) => {
    const isIn = (level: number): boolean => (at < shown.length ? level === at : level >= at);
    const box = boxOfNumbers(errors.filter((_, row) => isIn(values[row]!)));
    return box ? [{ at, box }] : [];
  });
  const scale = scaleOf(...rangeOf(boxes.flatMap(({ box }) => [box.minimum, box.maximum])));
  return draw(
    {
      title: `Residuals of ${target} over ${label}`,
      caption: [
        "Boxes hold the middle half of the residuals, with their median.",
        missing > 0 ? `${showCount(missing, "row")} with missing values left out.` : "",
      ],
      x: { label: `true − predicted ${target}`, scale },
      y: { scale: { type: "band", names } },
      marks: [...boxMarks(boxes), ruleX([0], { strokeOpacity: 0.6, strokeDasharray: "4 3" })],
      isEmpty: boxes.length === 0,
      height: names.length * 24 + 76,
    },
    options,
  );
}

/** The residuals to show: all, but for one in a hundred where these would take most of the picture. */
function focus(errors: Float64Array): {
  readonly low: number;
  readonly high: number;
  readonly beyond: string;
} {
  const sorted = sortedNumbers(errors);
  const [least, greatest] = [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
  const [below, above] = [quantile(sorted, 0.005), quantile(sorted, 0.995)];
  const room = (above - below) / 4;
  const [low, high] = [Math.max(least, below - room), Math.min(greatest, above + room)];
  if (!(sorted.length >= 200 && above > below && greatest - least > 2 * (high - low)))
    return { low: least, high: greatest, beyond: "" };
  const count = sorted.filter((error) => error < low || error > high).length;
  return {
    low,
    high,
    beyond: `${showCount(count, "residual")} beyond the picture, of ${showNumber(least)} to ${showNumber(greatest)} in all, ${count === 1 ? "is" : "are"} drawn at its edge.`,
  };
}

/** Quartiles of the residuals of a part of the rows, where the feature is about `at`. */
interface Part {
  readonly at: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** The quartiles of the residuals in parts of the rows with about as many in each, where these are enough to say anything. */
function medians(x: Float64Array, errors: Float64Array): Part[] {
  const known = x.map((value, row) => (Number.isNaN(errors[row]!) ? Number.NaN : value));
  const sorted = sortedNumbers(known);
  const size = Math.max(Math.ceil(sorted.length / parts), 8);
  const found: { readonly values: Float64Array; readonly errors: Float64Array }[] = [];
  for (let first = 0; first < sorted.length;) {
    let end = Math.min(first + size, sorted.length);
    // Rows of the same value belong together.
    while (end < sorted.length && sorted[end] === sorted[end - 1]) end++;
    if (end - first < size / 2 && found.length > 0) break;
    found.push({ values: sorted.subarray(first, end), errors: new Float64Array(end - first) });
    first = end;
  }
  if (found.length < 2) return [];
  const greatest = found.map(({ values }) => values.at(-1)!);
  const filled = found.map(() => 0);
  for (let row = 0; row < known.length; row++) {
    let part = 0;
    while (part < found.length && !(known[row]! <= greatest[part]!)) part++;
    if (part < found.length) found[part]!.errors[filled[part]!++] = errors[row]!;
  }
  return found.map(({ values, errors }) => {
    errors.sort();
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(errors, part));
    return { at: quantile(values, 0.5), low: low!, middle: middle!, high: high! };
  });
}
