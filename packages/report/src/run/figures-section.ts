import { foldFigures } from "../charts/fold-figures.ts";
import { readFigure } from "../data/figure.ts";
import { showNumber } from "../draw/text.ts";
import type { Block, Section } from "../html/report.ts";
import type { RunFigures, RunRecord } from "./run-record.ts";

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
  const charts = ordered(Object.keys(metrics ?? {}))
    .filter((figure) => readFigure(metrics?.[figure]).folds.length > 1)
    .map((figure) => foldFigures([run], { figure }));
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

/** The loss comes last: in units of its own, it says less than metrics do. */
export function ordered(figures: readonly string[]): string[] {
  return figures.toSorted((a, b) => Number(a === "loss") - Number(b === "loss"));
}

/** A figure as text, as in `0.8873 ± 0.012`. */
export function showFigure(figure: RunFigures[string] | undefined): string {
  const { mean, deviation } = readFigure(figure);
  return Number.isNaN(deviation)
    ? showNumber(mean)
    : `${showNumber(mean)} ± ${showNumber(Number(deviation.toPrecision(2)))}`;
}

function figuresTable(metrics: RunFigures, caption: string | undefined): Block {
  const figures = ordered(Object.keys(metrics)).map((name) => ({
    name,
    figure: metrics[name],
    ...readFigure(metrics[name]),
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
