import { check } from "@nn/core";
import type { Chart } from "../chart.ts";
import { boxes } from "../charts/boxes.ts";
import { curves, figuresOf } from "../charts/curves.ts";
import { dependence } from "../charts/dependence.ts";
import { foldFigures, readFigure } from "../charts/fold-figures.ts";
import { importanceBars } from "../charts/importance-bars.ts";
import { map } from "../charts/map.ts";
import { predictedAgainstTrue, readPredictions } from "../charts/predicted-against-true.ts";
import { residuals } from "../charts/residuals.ts";
import { surface } from "../charts/surface.ts";
import type { Column, Columns } from "../data/columns.ts";
import { showNumber, showSeconds } from "../draw/text.ts";
import type { Block, Choice, Section } from "../html/report.ts";
import type { Facts, RunFigures, RunRecord } from "./run-record.ts";

/** The most features that residuals are drawn over, to keep files small. */
const mostFeatures = 24;

/** Folds that have a column of their own in tables. */
const mostFolds = 12;

/** Figures over the folds, as tables and charts. */
export function figuresSection(run: RunRecord): Section[] {
  const { metrics, transformedMetrics, units } = run;
  const both = transformedMetrics && metrics && units !== "transformed";
  const tables: Block[] = [
    ...(metrics ? [figuresTable(metrics, both ? "In original units" : undefined)] : []),
    ...(transformedMetrics && (both || !metrics)
      ? [figuresTable(transformedMetrics, "In the units that models were trained in")]
      : []),
  ];
  const charts = Object.entries(metrics ?? {})
    .filter(([, figure]) => readFigure(figure).folds.length > 1)
    .map(([figure]) => foldFigures([run], { figure }));
  if (tables.length === 0) return [];
  return [
    {
      title: "Figures",
      lead: "Mean and standard deviation over folds, each judged on rows that its model has not seen.",
      blocks: [...tables, ...(charts.length > 0 ? [{ kind: "charts" as const, charts }] : [])],
    },
  ].map((section) =>
    charts.length > 0 ? section : { title: section.title, blocks: section.blocks },
  );
}

/** Curves of every figure there is a history of. */
export function trainingSection(runs: readonly RunRecord[]): Section[] {
  const charts = figuresOf(runs).map((figure) => curves(runs, { figure }));
  return charts.length > 0 ? [{ title: "Training", blocks: [{ kind: "charts", charts }] }] : [];
}

/** Predictions against true values, residuals over features, and maps. */
export function predictionSections({ predictions, importance }: RunRecord): Section[] {
  const given =
    predictions === undefined ? [] : "truth" in predictions ? [predictions] : predictions;
  return given.map((each) => {
    const { features = {} } = each;
    // Read once, for many charts.
    const target = { ...each, ...readPredictions("runReport: predictions", each) };
    const name = target.target;
    const ranked = rank(features, importance?.features.map((feature) => feature.name) ?? []);
    const shown = ranked.slice(0, mostFeatures);
    const choices: Choice[] = [
      { name: `true ${name}`, chart: residuals(target) },
      ...shown.map(([feature, values]) => ({
        name: feature,
        chart: residuals(target, { over: { name: feature, values } }),
      })),
    ];
    return {
      title: given.length > 1 ? `Predictions of ${name}` : "Predictions",
      blocks: [
        {
          kind: "charts",
          charts: [predictedAgainstTrue(target), ...mapsOf(target, features, name)],
        },
        { kind: "choice", label: "Residuals over", options: choices },
        ...(ranked.length > shown.length
          ? [
              {
                kind: "text" as const,
                text: `Residuals are shown over ${shown.length} of ${ranked.length} features.`,
              },
            ]
          : []),
      ],
    };
  });
}

/** What models depend on. */
export function explanationSection(run: RunRecord): Section[] {
  const { importance, dependence: dependences = [], surface: grid } = run;
  const target = targetOf(run);
  const charts = [
    ...(importance ? [importanceBars(importance)] : []),
    ...dependences.map((result) => dependence(result, target)),
    ...(grid ? [surface(grid, { ...target, ...(grid.points && { points: grid.points }) })] : []),
  ];
  if (charts.length === 0) return [];
  const table: Block[] = importance
    ? [
        {
          kind: "table",
          caption: `By how much ${importance.score ?? "the figure"} gets worse when a feature is shuffled`,
          columns: ["feature", "share", "mean", "deviation"],
          rows: importance.features.map(({ name, share, mean, deviation }) => [
            name,
            `${(share * 100).toFixed(1)} %`,
            mean,
            deviation,
          ]),
        },
      ]
    : [];
  return [{ title: "Explanation", blocks: [{ kind: "charts", charts }, ...table] }];
}

/** Features as they came and as models saw them. */
export function featuresSection({ boxes: given }: RunRecord): Section[] {
  const charts = [
    ...(given?.before ? [boxes(given.before, { title: "Before the pipeline" })] : []),
    ...(given?.after ? [boxes(given.after, { title: "After the pipeline" })] : []),
  ];
  return charts.length > 0 ? [{ title: "Features", blocks: [{ kind: "charts", charts }] }] : [];
}

/** What was run, and where. */
export function originSection({ config, environment }: RunRecord): Section[] {
  const blocks: Block[] = [
    ...(environment ? [factsTable(environment)] : []),
    ...(config === undefined
      ? []
      : [{ kind: "json" as const, title: "Configuration", value: config }]),
  ];
  return blocks.length > 0 ? [{ title: "Configuration and environment", blocks }] : [];
}

/** What is said below the title. */
export function leadOf({ description, date, seconds }: RunRecord): string {
  const parts = [
    description,
    date && `Begun ${date}.`,
    seconds === undefined ? undefined : `It took ${showSeconds(seconds)}.`,
  ];
  return parts.filter(Boolean).join(" ");
}

/** Refuses what is no record of a run. */
export function checkRun(name: string, run: unknown): asserts run is RunRecord {
  check(
    typeof run === "object" && run !== null && "name" in run && typeof run.name === "string",
    () =>
      `${name}: expected a record of a run, such as { name: 'houses', ...result }, got ${String(run)}`,
  );
}

/** A figure as text, as in `0.8873 ± 0.012`. */
export function showFigure(figure: RunFigures[string] | undefined): string {
  const { mean, deviation } = readFigure(figure);
  return Number.isNaN(deviation)
    ? showNumber(mean)
    : `${showNumber(mean)} ± ${showNumber(deviation)}`;
}

function figuresTable(metrics: RunFigures, caption: string | undefined): Block {
  const figures = Object.entries(metrics).map(([name, figure]) => ({
    name,
    figure,
    ...readFigure(figure),
  }));
  const folds = Math.max(0, ...figures.map(({ folds }) => folds.length));
  const hasFolds = folds > 1;
  const shown = folds <= mostFolds ? folds : 0;
  const ends = (values: readonly number[]): [number, number] => {
    const finite = values.filter((value) => !Number.isNaN(value));
    return finite.length > 0
      ? [Math.min(...finite), Math.max(...finite)]
      : [Number.NaN, Number.NaN];
  };
  return {
    kind: "table",
    ...(caption && { caption }),
    columns: [
      "figure",
      ...(hasFolds
        ? [
            "mean ± deviation",
            "least",
            "greatest",
            ...Array.from({ length: shown }, (_, i) => `fold ${i + 1}`),
          ]
        : ["value"]),
    ],
    rows: figures.map(({ name, figure, folds }) => [
      name,
      showFigure(figure),
      ...(hasFolds ? [...ends(folds), ...Array.from({ length: shown }, (_, i) => folds[i])] : []),
    ]),
  };
}

function factsTable(facts: Facts): Block {
  return {
    kind: "table",
    columns: ["environment", "value"],
    // Versions and seeds are no measurements: all of their digits count.
    rows: Object.entries(facts).map(([name, value]) => [
      name,
      value == null ? undefined : String(value),
    ]),
  };
}

/** The features, important ones first; a name may stand for columns that were made of it. */
function rank(features: Columns, order: readonly string[]): [string, Column][] {
  const place = (name: string): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return Object.entries(features).toSorted(([a], [b]) => place(a) - place(b));
}

function mapsOf(
  { truth, predicted }: { readonly truth: Float64Array; readonly predicted: Float64Array },
  features: Columns,
  target: string,
): Chart[] {
  const find = (...names: string[]): Column | undefined => {
    const found = Object.keys(features).find((name) => names.includes(name.toLowerCase()));
    return found === undefined ? undefined : features[found];
  };
  const latitude = find("lat", "latitude");
  const longitude = find("long", "lon", "lng", "longitude");
  if (!latitude || !longitude) return [];
  const places = { latitude, longitude };
  const errors = truth.map((value, row) => value - predicted[row]!);
  return [
    map({ ...places, colour: { name: `true ${target}`, values: truth } }),
    map(
      { ...places, colour: { name: `residual of ${target}`, values: errors } },
      { diverging: true },
    ),
  ];
}

function targetOf({ predictions }: RunRecord): { readonly target?: string } {
  const [first] =
    predictions === undefined ? [] : "truth" in predictions ? [predictions] : predictions;
  return first?.target === undefined ? {} : { target: first.target };
}
