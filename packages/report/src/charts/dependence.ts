import { dot, line, type Markish } from "@observablehq/plot";
import type { Chart, ChartOptions } from "../chart.ts";
import { scaleFor } from "../draw/scale-for.ts";
import { checkChart, checkCount, checkList, checkText, isObject, show } from "../check.ts";
import { check } from "@nn/core";
import { boxOfNumbers } from "../data/box.ts";
import { type ReadColumn, rangeOf, readColumn } from "../data/columns.ts";
import { boxMarks } from "../draw/box-marks.ts";
import { draw } from "../draw/draw.ts";
import { accent, colourOf } from "../draw/palette.ts";
import { scaleOf } from "../draw/scale.ts";
import { showCount } from "../draw/text.ts";
import { checkGrid, type Grid, surface } from "./surface.ts";

/** What `partialDependence` of `@nn/interpret` returns, of one feature or two. */
export interface Dependence extends Grid {
  /** How many rows the average is of. */
  readonly rows?: number;
  /** The predictions of single rows, in the order of the average. */
  readonly curves?: readonly ArrayLike<number>[];
}

/** How many rows, and of what. */
export interface DependenceOptions extends ChartOptions {
  /** What is predicted. */
  readonly target?: string;
  /** Rows to draw curves of, evenly taken from all; 50 by default. */
  readonly curves?: number;
}

/**
 * The mean prediction over the values of a feature, with the curves of single rows where there are some. Over words there
 * is a dot for each, and a box of the rows. Of two features it is a `surface`.
 *
 * ```ts
 * const { svg } = dependence(await partialDependence({ model, inputs, features: ["age"], curves: true }));
 * ```
 */
export function dependence(result: Dependence, options: DependenceOptions = {}): Chart {
  checkChart("dependence", options, ["target", "curves"]);
  const { target = "prediction", curves: most = 50, ...rest } = options;
  checkText("dependence: target", target);
  checkCount("dependence: curves", most, 0);
  check(
    isObject(result) && Array.isArray(result.axes),
    () =>
      `dependence: expected { axes, average }, as partialDependence() returns it, got ${show(result)}`,
  );
  if (result.axes.length === 2)
    return surface(result, {
      ...rest,
      target,
      title:
        options.title ??
        `${target} over ${result.axes.map(({ name }) => name).join(" and ")}, on average`,
    });
  checkGrid("dependence", result, 1);
  const { axes, average, rows, curves = [] } = result;
  for (const curve of curves) checkList("dependence: every curve", curve);
  const [{ name, values } = { name: "", values: [] }] = axes;
  const feature = readColumn(`dependence: '${name}'`, values);
  const step = Math.max(1, Math.ceil(curves.length / Math.max(most, 1)));
  const shown = most > 0 ? curves.filter((_, i) => i % step === 0) : [];
  const title = `${target} over ${name}, on average`;
  const lead =
    rows === undefined
      ? ""
      : `The mean prediction of ${showCount(rows, "row")} when all have the same ${name}.`;
  if (feature.type === "words")
    return overWords(title, lead, values.map(String), result, target, options);
  const scale = scaleOf(
    ...rangeOf(
      [...Array.from(average), ...shown.flatMap((curve) => Array.from(curve))].filter(
        Number.isFinite,
      ),
    ),
  );
  return draw(
    {
      title,
      caption: [
        lead,
        shown.length > 0
          ? `Thin lines are ${shown.length} of ${showCount(curves.length, "row")}.`
          : "",
      ],
      x: { label: name, scale: scaleFor(feature) },
      y: { label: target, scale },
      marks: lines(feature, average, shown),
      isEmpty: average.length === 0,
    },
    options,
  );
}

function lines(
  { values }: ReadColumn,
  average: ArrayLike<number>,
  shown: readonly ArrayLike<number>[],
): Markish[] {
  const points = (curve: ArrayLike<number>, row: number): { x: number; y: number; row: number }[] =>
    Array.from(values, (x, i) => ({ x, y: curve[i] ?? Number.NaN, row }));
  const main = points(average, 0);
  return [
    line(shown.flatMap(points), {
      x: "x",
      y: "y",
      z: "row",
      stroke: colourOf(9),
      strokeWidth: 0.7,
      strokeOpacity: 0.5,
    }),
    line(main, { x: "x", y: "y", stroke: accent, strokeWidth: 2.5 }),
    dot(main, { x: "x", y: "y", fill: accent, r: 2 }),
  ];
}

function overWords(
  title: string,
  lead: string,
  names: readonly string[],
  { average, curves = [] }: Dependence,
  target: string,
  options: ChartOptions,
): Chart {
  const boxes = names.flatMap((_, at) => {
    const box = boxOfNumbers(Float64Array.from(curves, (curve) => curve[at] ?? Number.NaN));
    return box ? [{ at, box }] : [];
  });
  const scale = scaleOf(
    ...rangeOf([...Array.from(average), ...boxes.flatMap(({ box }) => [box.minimum, box.maximum])]),
  );
  return draw(
    {
      title,
      caption: [
        lead,
        boxes.length > 0 ? "Boxes hold the middle half of the rows' predictions." : "",
      ],
      x: { label: target, scale },
      y: { scale: { type: "band", names } },
      marks: [
        ...boxMarks(boxes),
        dot(Array.from(average), {
          x: (value: number) => value,
          y: (_: number, at: number) => at,
          fill: colourOf(1),
          r: 4,
        }),
      ],
      isEmpty: names.length === 0,
      height: names.length * 24 + 60,
    },
    options,
  );
}
