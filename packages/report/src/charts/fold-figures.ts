import { barX, dot, type Markish, ruleX, text, tickX } from "@observablehq/plot";
import { check } from "@nn/core";
import type { Chart, ChartOptions } from "../chart.ts";
import { checkChart, checkText } from "../check.ts";
import { rangeOf } from "../data/columns.ts";
import { readFigure } from "../data/figure.ts";
import { draw } from "../draw/draw.ts";
import { accent, colourOf } from "../draw/palette.ts";
import { scaleOf } from "../draw/scale.ts";
import { showNumber, widthOf } from "../draw/text.ts";
import type { RunFigures } from "../run/run-record.ts";
import { checkRuns } from "./curves.ts";

/** Figures over the folds of a run. */
export interface FoldFiguresOf {
  readonly name?: string;
  readonly metrics?: RunFigures;
}

/** Folds that have a row of their own. */
const mostRows = 20;

/** Which figure. */
export interface FoldFiguresOptions extends ChartOptions {
  readonly figure: string;
}

/**
 * A figure of every fold as a dot, with mean and standard deviation. Of one run there is a row for each fold, or, of
 * more than 20, one for all; of several runs there is a row for each.
 *
 * ```ts
 * const { svg } = foldFigures([{ name: "momentum", ...result }], { figure: "r2" });
 * ```
 */
export function foldFigures(runs: readonly FoldFiguresOf[], options: FoldFiguresOptions): Chart {
  checkChart("foldFigures", options, ["figure"]);
  const { figure } = options;
  checkText("foldFigures: figure", figure);
  checkRuns("foldFigures", runs);
  const known = [...new Set(runs.flatMap(({ metrics = {} }) => Object.keys(metrics)))];
  check(
    known.length === 0 || known.includes(figure),
    () => `foldFigures: no run has the figure '${figure}'; there are ${known.join(", ")}`,
  );
  const figures = runs.map(({ metrics }) => readFigure(metrics?.[figure]));
  const isSingle = runs.length === 1 && figures[0]!.folds.length <= mostRows;
  const dots = figures.flatMap(({ folds }, run) =>
    folds.map((value, fold) => ({ at: isSingle ? fold : run, value })),
  );
  const rows = isSingle
    ? figures[0]!.folds.map((_, fold) => `fold ${fold + 1}`)
    : runs.length === 1
      ? ["all folds"]
      : runs.map(({ name }, run) => name ?? `run ${run + 1}`);
  const bands = figures.flatMap(({ mean, deviation }, run) =>
    (isSingle ? rows.map((_, row) => row) : [run]).map((at) => ({
      at,
      mean,
      low: mean - (deviation || 0),
      high: mean + (deviation || 0),
    })),
  );
  const finite = dots.filter(({ value }) => Number.isFinite(value));
  const scale = scaleOf(
    ...rangeOf([
      ...finite.map(({ value }) => value),
      ...bands.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite),
    ]),
    { margin: 0.06 },
  );
  // Beside the picture, where they are not over anything.
  const labels = Math.max(0, ...finite.map(({ value }) => widthOf(showNumber(value))));
  const marks: Markish[] = [
    barX(bands, { x1: "low", x2: "high", y: "at", fill: accent, fillOpacity: 0.18 }),
    isSingle
      ? ruleX(bands.slice(0, 1), { x: "mean", stroke: accent, strokeWidth: 1.5 })
      : tickX(bands, { x: "mean", y: "at", stroke: accent, strokeWidth: 2 }),
    dot(finite, {
      x: "value",
      y: "at",
      r: 3.5,
      fill: isSingle ? accent : colourOf(1),
      fillOpacity: 0.85,
    }),
    ...(isSingle
      ? [
          text(finite, {
            frameAnchor: "right",
            y: "at",
            text: ({ value }: { value: number }) => showNumber(value),
            dx: 8 + labels,
            textAnchor: "end",
          }),
        ]
      : []),
  ];
  return draw(
    {
      title: `${figure} by ${runs.length === 1 ? "fold" : "run"}`,
      caption: ["Lines are means over folds, with one standard deviation on both sides."],
      x: { label: figure, scale },
      y: { scale: { type: "band", names: rows } },
      marks,
      isEmpty: finite.length === 0 && bands.every(({ mean }) => Number.isNaN(mean)),
      height: rows.length * 24 + 60,
      right: isSingle ? labels + 12 : 16,
    },
    options,
  );
}
