import type { Described, Json, Plugin, Table, Transform } from "@nn/core";
import type { Experiment } from "../experiment.ts";
import type { Path } from "../json/pointer.ts";
import { suggestion } from "../read/nearest.ts";
import { newProblems, type Problems } from "../read/problems.ts";
import { shown } from "../read/shown.ts";
import { firstRows, withoutColumns } from "./columns.ts";

/** Rows that are enough to tell which columns there are, unless columns are made of what is in the rows. */
const fewRows = 200;

/**
 * Refuses a table that an experiment does not go with, before anything is trained: a target, a column of a step or one
 * that folds are made by is not there. Throws an `ExperimentError` with the paths.
 */
export function checkTable(experiment: Experiment, table: Table): void {
  const { ids, weights, json } = experiment;
  const names = table.columnNames();
  const problems = newProblems();
  const expectColumn = (path: Path, name: unknown): void => {
    if (typeof name !== "string") return;
    problems.expect(
      path,
      names.includes(name),
      () => `there is no column ${shown(name)}; ${suggestion(name, names)}`,
    );
  };
  problems.expect(
    ["data", "file"],
    table.numRows() > 0,
    () => "expected rows to learn from, got an empty table",
  );
  problems.throwAny();
  expectColumn(["ids"], ids);
  expectColumn(["weights"], weights);
  for (const path of columnPaths(json["folds"], ["folds"])) expectColumn(path, at(json, path));
  for (const column of Object.keys(Object(experiment.data["types"]) as object))
    expectColumn(["data", "types", column], column);

  const seen = withoutColumns(table, [ids, weights]);
  const found = newProblems();
  checkPipeline(experiment, firstRows(seen, fewRows), found);
  if (found.list.length > 0) {
    // Levels of later rows may make columns, too.
    if (table.numRows() > fewRows) checkPipeline(experiment, seen, problems);
    else checkPipeline(experiment, firstRows(seen, fewRows), problems);
  }
  problems.throwAny();
}

/** Where a splitter names columns. */
function columnPaths(json: Json | undefined, path: Path): Path[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json as { readonly [name: string]: Json }).flatMap(([name, value]) =>
    typeof value === "string" && ["labels", "groups"].includes(name)
      ? [[...path, name]]
      : columnPaths(Array.isArray(value) ? undefined : value, [...path, name]),
  );
}

/** Reports the first step that needs a column which is not there, or targets that are not there after the last. */
function checkPipeline(experiment: Experiment, table: Table, problems: Problems): void {
  const { pipeline, target } = experiment;
  let names = table.columnNames();
  for (const [i, step] of stepsOf(experiment).entries()) {
    const outcome = tryFit(step, table);
    if (Array.isArray(outcome)) {
      names = outcome;
      continue;
    }
    const [, missing] = /there is no column '(.*?)'/.exec(String(outcome)) ?? [];
    // Whatever else is wrong with so few rows, all of them tell.
    if (missing === undefined) return;
    const place = placeOf(missing, at(experiment.json, ["pipeline", i]));
    problems.report(
      ["pipeline", i, ...place],
      `there is no column '${missing}' at this step; ${suggestion(missing, names)}`,
    );
    return;
  }
  const after = pipeline ? " after the pipeline" : "";
  for (const [i, name] of target.entries())
    problems.expect(
      Array.isArray(experiment.json["target"]) ? ["target", i] : ["target"],
      names.includes(name),
      () => `there is no column '${name}'${after}; ${suggestion(name, names)}`,
    );
}

/** The pipeline up to each of its steps, where it says what they are. */
function stepsOf({ pipeline, plugins }: Experiment): readonly Transform[] {
  if (!pipeline) return [];
  const { steps } = pipeline.config;
  const plugin = plugins.find(({ kind }) => kind === pipeline.kind) as
    | Plugin<Transform>
    | undefined;
  if (!plugin || !Array.isArray(steps)) return [pipeline];
  return steps.map((_: Described, i: number) => plugin.create({ steps: steps.slice(0, i + 1) }));
}

/** The columns that a pipeline makes of a table, or why it does not. */
function tryFit(pipeline: Transform, table: Table): readonly string[] | unknown {
  try {
    const made = pipeline.fitTransform?.(table).table ?? pipeline.fit(table).transform(table);
    return made.columnNames();
  } catch (error) {
    return error;
  }
}

/** Where a text stands in a part of an experiment. */
function placeOf(text: string, json: Json | undefined): Path {
  if (typeof json !== "object" || json === null) return [];
  for (const [name, value] of Object.entries(json as { readonly [name: string]: Json })) {
    if (name === "kind") continue;
    const own = Array.isArray(json) ? Number(name) : name;
    if (value === text) return [own];
    const inner = placeOf(text, value);
    if (inner.length > 0) return [own, ...inner];
  }
  return [];
}

/** What stands at a path. */
function at(json: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, name) => (Object(value) as { readonly [name: string]: Json })[name],
    json,
  );
}
