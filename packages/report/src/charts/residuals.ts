import { areaY, lineY, type Markish, ruleX, ruleY } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { scaleFor } from "../draw/scale-for.ts";
import { checkAxis, checkChart } from "../check.ts";
import { boxOfNumbers, quantile, sortedNumbers } from "../data/box.ts";
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
import { showCount } from "../draw/text.ts";
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
  const xScale = scaleFor(feature);
  const yScale = scaleOf(...rangeOf(errors));
  const { marks, caption, isEmpty } = cloud({
    x: feature.values,
    y: errors,
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
        along.length > 0 ? "The line is their median, the band around it the middle half." : "",
      ],
      x: { label, scale: xScale },
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

/** The quartiles of the residuals in parts of the rows with about as many in each, where these are enough to say anything. */
function medians(
  x: Float64Array,
  errors: Float64Array,
): { readonly at: number; readonly low: number; readonly middle: number; readonly high: number }[] {
  const rows = Array.from(x.keys())
    .filter((row) => !Number.isNaN(x[row]! + errors[row]!))
    .toSorted((a, b) => x[a]! - x[b]! || a - b);
  const size = Math.max(Math.ceil(rows.length / parts), 8);
  const found: { at: number; low: number; middle: number; high: number }[] = [];
  for (let first = 0; first < rows.length;) {
    let end = Math.min(first + size, rows.length);
    // Rows of the same value belong together.
    while (end < rows.length && x[rows[end]!] === x[rows[end - 1]!]) end++;
    if (end - first < size / 2 && found.length > 0) break;
    const members = rows.slice(first, end);
    const sorted = sortedNumbers(members.map((row) => errors[row]!));
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(sorted, part));
    const at = quantile(
      members.map((row) => x[row]!),
      0.5,
    );
    found.push({ at, low: low!, middle: middle!, high: high! });
    first = end;
  }
  return found.length > 1 ? found : [];
}
