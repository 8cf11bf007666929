import type { Metric } from "@nn/core";
import { kFolds, type Splitter } from "@nn/trainer-kfold";
import type { ExperimentParts, Keep } from "../experiment.ts";
import { mostMembers } from "../kinds/limits.ts";
import { kindTable } from "../kinds/table.ts";
import { failed } from "./maker.ts";
import { suggestion } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import { quoted, shown } from "./shown.ts";
import { isObject } from "./spelled.ts";

/** The parts of an experiment by their names, as far as they could be made. */
export type Made = { [name: string]: unknown };

/** Parts that have to be there, and what they are. */
const required: { readonly [name: string]: string } = {
  data: 'where the rows come from, as in { "file": "houses.csv" }',
  target: "the column to predict",
  model: 'a layer, or a list of layers such as [{ "kind": "dense", "units": 1 }]',
  loss: 'a loss such as "mse"',
  optimizer: 'an optimizer such as "adam"',
  epochs: "a whole number from 1",
  backend: 'a backend such as "wasm"',
};

const keeps: readonly Keep[] = ["best", "ensemble", "all"];

/** What each part that is no component must be. */
const expected: {
  readonly [name: string]: readonly [isFine: (value: unknown) => boolean, words: string];
} = {
  $schema: [isText, "a text"],
  name: [(value) => isText(value) && value !== "", "a text"],
  target: [isTarget, "the name of a column, or a list of names"],
  ids: [isText, "the name of a column"],
  weights: [isText, "the name of a column"],
  metrics: [Array.isArray, 'a list of metrics such as ["r2"]'],
  callbacks: [Array.isArray, "a list of callbacks"],
  folds: [(value) => isObject(value) || isWhole(value, 2), "a whole number from 2, or a splitter"],
  members: [
    (value) => isWhole(value, 1) && Number(value) <= mostMembers,
    `a whole number from 1 to ${mostMembers}`,
  ],
  epochs: [(value) => isWhole(value, 1), "a whole number from 1"],
  batchSize: [(value) => isWhole(value, 1), "a whole number from 1"],
  // Beyond that, the seeds of folds would not be whole numbers any more.
  seed: [
    (value) => isWhole(value, -(2 ** 52)) && Number(value) <= 2 ** 52,
    "a whole number up to ±2⁵²",
  ],
  shuffle: [isFlag, "true or false"],
  exactFigures: [isFlag, "true or false"],
  dtype: [(value) => value === "f32" || value === "f64", '"f32" or "f64"'],
  monitor: [isText, "the name of a figure"],
  keep: [(value) => keeps.includes(value as Keep), keeps.map((keep) => `"${keep}"`).join(", ")],
};

/** Reports parts that are misspelt, missing, or not what they should be. */
export function checkParts(
  given: { readonly [name: string]: unknown },
  made: Made,
  problems: Problems,
): void {
  const { options } = kindTable.experiment;
  for (const name of Object.keys(given))
    problems.expect(
      [name],
      options.includes(name),
      () => `an experiment has no ${quoted(name)}; ${suggestion(name, options)}`,
    );
  for (const [name, words] of Object.entries(required))
    problems.expect([name], Object.hasOwn(given, name), () => `is missing; expected ${words}`);
  for (const [name, [isFine, words]] of Object.entries(expected))
    if (Object.hasOwn(made, name) && made[name] !== failed)
      problems.expect(
        [name],
        isFine(made[name]),
        () => `expected ${words}, got ${shown(given[name])}`,
      );
  checkColumns(made, problems);
  checkFigures(made, problems);
}

/** The model does not see what `ids` and `weights` name, and cannot learn it. */
function checkColumns({ target, ...others }: Made, problems: Problems): void {
  for (const name of ["ids", "weights"])
    problems.expect(
      [name],
      ![target].flat().includes(others[name] ?? null),
      () => `column ${quoted(String(others[name]))} is the target; name another one`,
    );
}

/** Figures need names of their own, and the one that is monitored has to be among them. */
function checkFigures(
  { metrics = [], monitor = "validation/loss" }: Made,
  problems: Problems,
): void {
  if (!Array.isArray(metrics) || metrics.includes(failed)) return;
  const names = ["loss", ...(metrics as Metric[]).map(({ name }) => name)];
  for (const [i, name] of names.entries())
    problems.expect(
      ["metrics", i - 1],
      names.indexOf(name) === i,
      () => `another figure is called '${name}' already; every figure needs a name of its own`,
    );
  const all = [...names, ...names.map((name) => `validation/${name}`)];
  if (isText(monitor))
    problems.expect(
      ["monitor"],
      all.includes(monitor),
      () => `there is no figure ${quoted(monitor)}; ${suggestion(monitor, all)}`,
    );
}

/** Reports what is wrong with where the data comes from. */
export function checkData(data: unknown, problems: Problems): void {
  if (data === undefined) return;
  if (!isObject(data)) {
    problems.report(["data"], `expected ${required["data"]}, got ${shown(data)}`);
    return;
  }
  const { file, types } = data;
  problems.expect(
    ["data", "file"],
    isText(file) && file !== "",
    () => `expected the name of a file, got ${shown(file)}`,
  );
  for (const name of Object.keys(data))
    problems.expect(
      ["data", name],
      kindTable.data.includes(name),
      () => `there is no option ${quoted(name)}; ${suggestion(name, kindTable.data)}`,
    );
  if (types === undefined) return;
  const areTypes = problems.expect(
    ["data", "types"],
    isObject(types),
    () => `expected types by columns, as in { "zipcode": "string" }, got ${shown(types)}`,
  );
  if (!areTypes) return;
  for (const [column, type] of Object.entries(types as object))
    problems.expect(
      ["data", "types", column],
      kindTable.columnTypes.includes(type as string),
      () =>
        `there is no type ${typeof type === "string" ? quoted(type) : shown(type)}; ${suggestion(String(type), kindTable.columnTypes)}`,
    );
}

/** The parts with defaults for those that are left out. */
export function fillIn(
  made: Made,
): Required<Omit<ExperimentParts, Optional>> & Pick<ExperimentParts, Optional> {
  const { folds = 5, ...parts } = made as unknown as ExperimentParts;
  return {
    name: "experiment",
    metrics: [],
    callbacks: [],
    members: 1,
    batchSize: 32,
    shuffle: true,
    seed: 0,
    dtype: "f32",
    monitor: "validation/loss",
    exactFigures: false,
    keep: "best",
    ...parts,
    folds: typeof folds === "number" ? (kFolds({ folds }) as Splitter) : folds,
  };
}

/** Parts that have no default. */
type Optional = "$schema" | "ids" | "weights" | "pipeline" | "average";

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

function isWhole(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

function isTarget(value: unknown): boolean {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.length > 0 && names.every(isText) && new Set(names).size === names.length;
}
