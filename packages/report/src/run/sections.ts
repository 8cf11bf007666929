import { check } from "@nn/core";
import { boxes } from "../charts/boxes.ts";
import { curves, figuresOf } from "../charts/curves.ts";
import { dependence } from "../charts/dependence.ts";
import { importanceBars } from "../charts/importance-bars.ts";
import { surface } from "../charts/surface.ts";
import { showSeconds } from "../draw/text.ts";
import type { Block, Section } from "../html/report.ts";
import type { Facts, RunRecord } from "./run-record.ts";

/** Curves of every figure there is a history of. */
export function trainingSection(runs: readonly RunRecord[]): Section[] {
  const charts = figuresOf(runs).map((figure) => curves(runs, { figure }));
  return charts.length > 0 ? [{ title: "Training", blocks: [{ kind: "charts", charts }] }] : [];
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
    date && `Begun ${showTime(date)}.`,
    seconds === undefined ? undefined : `It took ${showSeconds(seconds)}.`,
  ];
  return parts.filter(Boolean).join(" ");
}

/** A time as `toISOString` writes it, to the minute; other texts as they are. */
function showTime(date: string): string {
  return date.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, "$1, $2 UTC");
}

/** Refuses what is no record of a run. */
export function checkRun(name: string, run: unknown): asserts run is RunRecord {
  check(
    typeof run === "object" && run !== null && "name" in run && typeof run.name === "string",
    () =>
      `${name}: expected a record of a run, such as { name: 'houses', ...result }, got ${String(run)}`,
  );
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

function targetOf({ predictions }: RunRecord): { readonly target?: string } {
  const [first] =
    predictions === undefined ? [] : "truth" in predictions ? [predictions] : predictions;
  return first?.target === undefined ? {} : { target: `predicted ${first.target}` };
}
