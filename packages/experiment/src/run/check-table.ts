import type { Described, Json, Plugin, Table, Transform } from "@nn/core";
import type { Experiment } from "../experiment.ts";
import type { Path } from "../json/pointer.ts";
import { suggestion } from "../read/nearest.ts";
import { newProblems, type Problems } from "../read/problems.ts";
import { quoted } from "../read/shown.ts";
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
      () => `there is no column ${quoted(name)}; ${suggestion(name, names)}`,
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
  if (problems.list.length === 0) checkFolds(experiment, table, problems);

  const seen = withoutColumns(table, [ids, weights]);
  const found = newProblems();
  checkPipeline(experiment, firstRows(seen, fewRows), found);
  // Levels of later rows may make columns, too.
  if (found.list.length > 0) checkPipeline(experiment, seen, problems);
  problems.throwAny();
}

/** Reports what keeps rows from being divided into folds. */
function checkFolds({ folds, seed }: Experiment, table: Table, problems: Problems): void {
  try {
    folds.split({ rows: table.numRows(), seed, column: (name) => table.array(name) });
  } catch (error) {
    problems.report(["folds"], error instanceof Error ? error.message : String(error));
  }
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
  const { pipeline, target, json } = experiment;
  const outcome = pipeline ? tryFit(pipeline, table) : { names: table.columnNames() };
  if (outcome.error !== undefined) {
    // Whatever else is wrong with so few rows, all of them tell.
    if (missingIn(outcome.error) !== undefined) reportStep(experiment, table, problems);
    return;
  }
  const after = pipeline ? " after the pipeline" : "";
  for (const [i, name] of target.entries())
    problems.expect(
      Array.isArray(json["target"]) ? ["target", i] : ["target"],
      outcome.names.includes(name),
      () => `there is no column '${name}'${after}; ${suggestion(name, outcome.names)}`,
    );
}

/** Reports the step that fails: the last of the shortest pipeline that does. */
function reportStep(experiment: Experiment, table: Table, problems: Problems): void {
  const { pipeline, plugins, json } = experiment;
  const steps = pipeline!.config["steps"];
  const plugin = plugins.find(({ kind }) => kind === pipeline!.kind) as Plugin<Transform>;
  const count = Array.isArray(steps) && plugin ? steps.length : 1;
  const fitTo = (end: number): Outcome =>
    end === count
      ? tryFit(pipeline!, table)
      : tryFit(plugin.create({ steps: (steps as Described[]).slice(0, end) }), table);
  let [fine, failing] = [0, count];
  while (failing - fine > 1) {
    const middle = (fine + failing) >> 1;
    if (fitTo(middle).error === undefined) fine = middle;
    else failing = middle;
  }
  const missing = missingIn(fitTo(failing).error ?? "") ?? "";
  const { names = [] } = fine > 0 ? fitTo(fine) : { names: table.columnNames() };
  const aside = (["ids", "weights"] as const).find((name) => experiment[name] === missing);
  const path = Array.isArray(json["pipeline"]) ? ["pipeline", fine] : ["pipeline"];
  problems.report(
    [...path, ...placeOf(missing, at(json, path))],
    aside
      ? `no step sees column '${missing}', which is named as ${aside}; it needs none`
      : `there is no column '${missing}' at this step; ${suggestion(missing, names)}`,
  );
}

/** The columns that a pipeline makes of a table, or what it says why it does not. */
type Outcome =
  | { readonly names: readonly string[]; readonly error?: undefined }
  | { readonly names?: undefined; readonly error: string };

function tryFit(pipeline: Transform, table: Table): Outcome {
  try {
    const made = pipeline.fitTransform?.(table).table ?? pipeline.fit(table).transform(table);
    return { names: made.columnNames() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** The column that there is not, as steps say it. */
function missingIn(message: string): string | undefined {
  return /there is no column '(.*?)'/.exec(message)?.[1];
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
