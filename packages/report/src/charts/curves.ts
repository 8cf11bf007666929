import { check } from "@nn/core";
import type { Chart, ChartOptions } from "../chart.ts";
import { checkChart, checkOneOf, checkText, isObject, show } from "../check.ts";
import { quantile, sortedNumbers } from "../data/box.ts";
import { rangeOf } from "../data/columns.ts";
import { type Curve, curveMarks } from "../draw/curve-marks.ts";
import { draw } from "../draw/draw.ts";
import type { SeriesKey } from "../draw/legend.ts";
import { colourOf, dashesOf } from "../draw/palette.ts";
import { type Scale, scaleOf } from "../draw/scale.ts";
import { showCount, showNumber } from "../draw/text.ts";
import type { RunFold, RunHistory } from "../run/run-record.ts";

/** A run as curves are drawn of it: what `fit` or `kFold` returned, with a name. */
export interface CurvesOf {
  readonly name?: string;
  readonly folds?: readonly RunFold[];
  readonly history?: RunHistory;
}

/** Which curves, and on what scale. */
export interface CurvesOptions extends ChartOptions {
  /** Such as `loss` or `r2`; that of the validation is drawn with it where there is one. */
  readonly figure: string;
  /**
   * `auto`, the default, is logarithmic for figures above 0 that fall or rise a hundredfold.
   */
  readonly scale?: "auto" | "linear" | "log";
}

/** Curves that look alike, and are of the same. */
interface Series extends SeriesKey {
  readonly curves: readonly Curve[];
  readonly isValidation: boolean;
}

/**
 * A figure by epoch. Of one run: every fold as a thin line and their mean as a thick one, in a colour each for training
 * and validation. Of several runs: the mean of the folds of each in a colour of its own with the range of the folds
 * around it, that of the validation where there is one.
 *
 * ```ts
 * const { svg } = curves([{ name: "momentum", ...result }, { name: "adam", ...other }], { figure: "loss" });
 * ```
 */
export function curves(runs: readonly CurvesOf[], options: CurvesOptions): Chart {
  checkChart("curves", options, ["figure", "scale"]);
  const { figure, scale: wanted = "auto" } = options;
  checkText("curves: figure", figure);
  checkOneOf("curves: scale", wanted, ["auto", "linear", "log"]);
  checkRuns("curves", runs);
  const known = figuresOf(runs);
  check(
    known.length === 0 || known.includes(figure),
    () => `curves: no run has the figure '${figure}'; there are ${known.join(", ")}`,
  );
  const series =
    runs.length === 1 ? partsOf(runs[0]!, figure) : runs.map((run, i) => seriesOf(run, i, figure));
  const all = series.flatMap(({ curves }) =>
    curves.flatMap(({ points }) => points.map(({ y }) => y)),
  );
  const values = sortedNumbers(all);
  const isLog =
    wanted === "log" || (wanted === "auto" && values[0]! > 0 && values.at(-1)! / values[0]! >= 100);
  const shown = isLog ? values.filter((value) => value > 0) : values;
  const [low, high] = isLog ? [shown[0], shown.at(-1)] : focus(shown);
  const yScale = scaleOf(low ?? Number.NaN, high ?? Number.NaN, { type: isLog ? "log" : "linear" });
  const place = (value: number): number =>
    isLog && value <= 0
      ? Number.NaN
      : Math.min(Math.max(value, yScale.domain[0]), yScale.domain[1]);
  const epochs = rangeOf(
    series.flatMap(({ curves }) =>
      curves.flatMap(({ points }) => [points[0]?.x ?? Number.NaN, points.at(-1)?.x ?? Number.NaN]),
    ),
  );
  const beyond = shown.filter((value) => value < low! || value > high!).length;
  const ends = [
    ...(shown[0]! < low! ? [`down to ${showNumber(shown[0]!)}`] : []),
    ...(shown.at(-1)! > high! ? [`up to ${showNumber(shown.at(-1)!)}`] : []),
  ];
  const withoutNumber = all.length - shown.length;
  const isSingle = runs.length === 1;
  const marks = series.flatMap(({ curves, colour, dashes }, i) => {
    // Models are kept for what they do in the validation, where there is one.
    const isJudged = i === series.length - 1;
    const given = isJudged ? curves : curves.map(({ points }) => ({ points, best: undefined }));
    return curveMarks(given, { colour, dashes, showsFolds: isSingle, shown: place });
  });
  return draw(
    {
      title: `${figure} by epoch`,
      caption: [
        describe(series, isSingle),
        beyond > 0
          ? `${showCount(beyond, "value")} beyond the picture, ${ends.join(" and ")}, ${beyond === 1 ? "is" : "are"} drawn at its edge.`
          : "",
        withoutNumber > 0
          ? `${showCount(withoutNumber, "epoch")} with no ${isLog ? "value above 0" : "finite value"} ${withoutNumber === 1 ? "is" : "are"} left out.`
          : "",
      ],
      x: { label: "epoch", scale: epochScale(...epochs) },
      y: { label: isLog ? `${figure} (logarithmic)` : figure, scale: yScale },
      legend: series.length > 1 || !isSingle ? { kind: "series", series } : undefined,
      marks,
      isEmpty: shown.length === 0,
    },
    options,
  );
}

/** Epochs are whole; one alone is in the middle. */
function epochScale(first: number, last: number): Scale {
  return first === last
    ? scaleOf(first - 1, last + 1, { margin: 0, isWhole: true })
    : scaleOf(first, last, { margin: 0.01, isWhole: true });
}

/** The figures that runs have a history of, without those of the validation, in order of appearance. */
export function figuresOf(runs: readonly CurvesOf[]): string[] {
  const names = runs.flatMap((run) =>
    foldsOf(run).flatMap(({ history = {} }) => Object.keys(history)),
  );
  return [...new Set(names.map((name) => name.replace(/^validation\//, "")))];
}

/** Refuses what is no list of runs. */
export function checkRuns(name: string, runs: unknown): void {
  check(
    Array.isArray(runs) && runs.every(isObject),
    () => `${name}: expected a list of runs such as [{ name, folds }], got ${show(runs)}`,
  );
}

function foldsOf({ folds, history }: CurvesOf): readonly RunFold[] {
  return folds && folds.length > 0 ? folds : history ? [{ history }] : [];
}

/** Training and validation of a run. */
function partsOf(run: CurvesOf, figure: string): Series[] {
  const parts: [name: string, figure: string][] = [
    ["training", figure],
    ["validation", `validation/${figure}`],
  ];
  return parts.flatMap(([name, key], part) => {
    const curves = foldsOf(run).flatMap((fold) => curveOf(fold, key));
    return curves.length > 0
      ? [{ name, colour: colourOf(part), curves, isValidation: part === 1 }]
      : [];
  });
}

function seriesOf(run: CurvesOf, place: number, figure: string): Series {
  const folds = foldsOf(run);
  const validation = folds.flatMap((fold) => curveOf(fold, `validation/${figure}`));
  return {
    name: run.name ?? `run ${place + 1}`,
    colour: colourOf(place),
    dashes: dashesOf(place),
    curves: validation.length > 0 ? validation : folds.flatMap((fold) => curveOf(fold, figure)),
    isValidation: validation.length > 0,
  };
}

function curveOf({ history, bestEpoch }: RunFold, figure: string): Curve[] {
  const values = history?.[figure];
  if (!values || values.length === 0) return [];
  const points = Array.from(values, (value, epoch) => ({
    x: epoch + 1,
    y: typeof value === "number" && Number.isFinite(value) ? value : Number.NaN,
  }));
  return [{ points, best: bestEpoch }];
}

/** The range to show: all, but for a few values that are so far off that the others would look like one. */
function focus(sorted: Float64Array): [number | undefined, number | undefined] {
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  const room = (high - low) * 1.5;
  return [
    sorted.find((value) => value >= low - room),
    sorted.findLast((value) => value <= high + room),
  ];
}

function describe(series: readonly Series[], isSingle: boolean): string {
  const folds = Math.max(0, ...series.map(({ curves }) => curves.length));
  if (isSingle) {
    const hasKept = series.some(({ curves }) => curves.some(({ best }) => best !== undefined));
    return [
      folds > 1 ? `Thin lines are the ${folds} folds, thick ones their mean.` : "",
      hasKept ? "Dots are at the epochs whose models were kept." : "",
    ]
      .filter((sentence) => sentence !== "")
      .join(" ");
  }
  const withCurves = series.filter(({ curves }) => curves.length > 0);
  const others = withCurves.filter(({ isValidation }) => !isValidation);
  const rows =
    others.length === 0 || others.length === withCurves.length
      ? `${others.length > 0 ? "Training" : "Validation"} rows.`
      : `Validation rows; training rows of ${others.map(({ name }) => name).join(", ")}.`;
  return folds > 1
    ? `${rows} Lines are means over folds, with the range of the folds around them.`
    : rows;
}
