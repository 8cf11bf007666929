import { check } from "@nn/core";
import { foldFigures } from "../charts/fold-figures.ts";
import { checkKnown, checkText, show } from "../check.ts";
import { showSeconds } from "../draw/text.ts";
import { report, type Section } from "../html/report.ts";
import { differences } from "./differences.ts";
import type { RunRecord } from "./run-record.ts";
import { ordered, showFigure } from "./figures-section.ts";
import { checkRun, trainingSection } from "./sections.ts";

/** What a comparison is called. */
export interface CompareOptions {
  readonly title?: string;
}

/**
 * The report of several runs side by side: their figures in one table, their curves on the same charts, and where their
 * configurations differ.
 *
 * ```ts
 * const html = compareReport([{ name: "momentum", ...result }, { name: "adam", ...other }]);
 * ```
 */
export function compareReport(runs: readonly RunRecord[], options: CompareOptions = {}): string {
  check(
    Array.isArray(runs) && runs.length > 0,
    () => `compareReport: expected a list of runs, got ${show(runs)}`,
  );
  for (const run of runs) checkRun("compareReport", run);
  checkKnown("compareReport", options, ["title"]);
  const names = runs.map(({ name }) => name).join(" · ");
  const { title = names.length <= 100 ? names : `${runs.length} runs` } = options;
  checkText("compareReport: title", title);
  return report({
    title,
    sections: [
      figuresSection(runs),
      ...trainingSection(runs),
      ...differencesSection(
        "Configurations",
        runs,
        runs.map(({ config }) => config),
      ),
      ...differencesSection(
        "Environments",
        runs,
        runs.map(({ environment }) => environment),
      ),
      {
        title: "Runs",
        blocks: runs
          .filter(({ config }) => config !== undefined)
          .map(({ name, config }) => ({ kind: "json" as const, title: name, value: config })),
      },
    ].filter(({ blocks }) => blocks.length > 0),
  });
}

function figuresSection(runs: readonly RunRecord[]): Section {
  const figures = ordered([...new Set(runs.flatMap(({ metrics = {} }) => Object.keys(metrics)))]);
  const hasSeconds = runs.some(({ seconds }) => seconds !== undefined);
  const charts = figures.map((figure) => foldFigures(runs, { figure }));
  return {
    title: "Figures",
    blocks: [
      {
        kind: "table",
        caption: "Mean ± standard deviation over folds",
        columns: ["run", ...figures, ...(hasSeconds ? ["time"] : [])],
        rows: runs.map(({ name, metrics, seconds }) => [
          name,
          ...figures.map((figure) => showFigure(metrics?.[figure])),
          ...(hasSeconds ? [seconds === undefined ? undefined : showSeconds(seconds)] : []),
        ]),
      },
      ...(charts.length > 0 ? [{ kind: "charts" as const, charts }] : []),
    ],
  };
}

function differencesSection(
  title: string,
  runs: readonly RunRecord[],
  values: readonly unknown[],
): Section[] {
  if (runs.length < 2 || values.every((value) => value === undefined)) return [];
  const rows = differences(values);
  return [
    {
      title,
      blocks: [
        rows.length > 0
          ? {
              kind: "table",
              caption: "Where they differ",
              columns: ["", ...runs.map(({ name }) => name)],
              rows,
            }
          : { kind: "text", text: "They are the same." },
      ],
    },
  ];
}
