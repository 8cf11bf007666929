import type { ExperimentJson } from "@nn/experiment";
import type { Task } from "./task.ts";
import type { Treatment, Use } from "./treatment.ts";

type Step = ExperimentJson;

/** What an experiment is called, and where things are, seen from its folder. */
export interface Names {
  readonly name: string;
  /** The file, with options to read it. */
  readonly data: { readonly [option: string]: string };
  readonly schema: string | undefined;
}

/** The experiment for a table. */
export function propose(names: Names, task: Task, columns: readonly Treatment[]): ExperimentJson {
  const { target, kind, folds } = task;
  const ids = namesOf(columns, "ids")[0];
  const classes = [...target.levels.keys()].sort();
  const fittable = target.rows * (1 - 1 / folds);
  const batchSize = target.rows < 2000 ? 32 : 128;
  const epochs = Math.min(100, Math.max(20, Math.round((20_000 * batchSize) / fittable / 10) * 10));
  return {
    ...(names.schema !== undefined && { $schema: names.schema }),
    name: names.name,
    data: { ...names.data, types: typesOf(columns) },
    target: kind === "classes" ? classes.map((level) => `${target.name}_${level}`) : target.name,
    ...(ids !== undefined && { ids }),
    pipeline: stepsOf(task, columns),
    ...learning(task, classes.length),
    optimizer: {
      kind: "adam",
      learningRate: { kind: "cosine", initial: 0.005, final: 0.0001, epochs },
    },
    folds:
      kind === "numbers"
        ? { kind: "kFolds", folds }
        : { kind: "stratified", labels: target.name, folds },
    epochs,
    batchSize,
    seed: 7,
    backend: "wasm",
    keep: "best",
  };
}

/** The types of columns, so that later files are read as this one. */
function typesOf(columns: readonly Treatment[]): { readonly [column: string]: string } {
  return Object.fromEntries(
    columns.map(({ column: { name, type }, use }) => [
      name,
      type === "number" && (use === "category" || use === "levels") ? "string" : type,
    ]),
  );
}

function stepsOf({ target, kind, isLog }: Task, columns: readonly Treatment[]): readonly Step[] {
  const numbers = namesOf(columns, "number");
  const dates = columns.filter(({ use }) => use === "date");
  const datesMissing = dates.flatMap(({ column: { name, missing } }) =>
    missing > 0 ? [`${name}_timestamp`, `${name}_month_sin`, `${name}_month_cos`] : [],
  );
  const withGaps = columns.filter(({ use, column }) => use === "number" && column.missing > 0);
  const impute = [...withGaps.map(({ column }) => column.name), ...datesMissing];
  const flagsWithGaps = columns
    .filter(({ use, column }) => use === "yes or no" && column.missing > 0)
    .map(({ column }) => column.name);
  const gone = [...namesOf(columns, "dropped"), ...dates.map(({ column }) => column.name)];
  const levels = namesOf(columns, "levels");
  const rare = columns.filter(({ use, column }) => use === "category" && column.distinct > 30);
  const categories = namesOf(columns, "category");
  const scaled = [
    ...(kind === "numbers" ? [target.name] : []),
    ...numbers,
    ...dates.flatMap(({ column: { name } }) => [`${name}_timestamp`]),
    ...levels,
  ];
  const all = (kind: string, names: readonly string[], options: object = {}): Step[] =>
    names.length > 0 ? [{ kind, columns: names, ...options } as Step] : [];
  return [
    ...dates.map(({ column: { name, dateFormat } }): Step => ({
      kind: "extractDate",
      column: name,
      parts: ["month", "timestamp"],
      cyclical: true,
      ...(dateFormat && { format: dateFormat }),
    })),
    ...all("drop", gone),
    ...all("impute", impute, { with: "median" }),
    ...all("impute", flagsWithGaps, { with: "mode" }),
    ...(isLog ? all("log10", [target.name]) : []),
    ...all("targetEncode", levels, { target: target.name }),
    ...all("standard", scaled),
    ...all(
      "groupRare",
      rare.map(({ column }) => column.name),
    ),
    ...all("oneHot", categories, { unknown: "zeros" }),
    ...(kind === "classes" ? all("oneHot", [target.name]) : []),
  ];
}

/** Model, loss and metrics. */
function learning({ target, kind }: Task, classes: number): ExperimentJson {
  const sizes = target.rows < 500 ? [16] : target.rows < 20_000 ? [64, 32] : [128, 64];
  const hidden = sizes.map((units) => ({ kind: "dense", units, activation: "relu" }));
  switch (kind) {
    case "numbers":
      return {
        model: [...hidden, { kind: "dense", units: 1 }],
        loss: "mse",
        metrics: ["r2", "rmse", "mae"],
      };
    case "yes or no":
      return {
        model: [...hidden, { kind: "dense", units: 1, activation: "sigmoid" }],
        loss: { kind: "binaryCrossEntropy", from: "probabilities" },
        metrics: [
          { kind: "accuracy", from: "probabilities" },
          { kind: "rocAuc", from: "probabilities" },
        ],
      };
    case "classes":
      return {
        model: [...hidden, { kind: "dense", units: classes }],
        loss: "crossEntropy",
        metrics: ["accuracy"],
      };
  }
}

function namesOf(columns: readonly Treatment[], use: Use): readonly string[] {
  return columns.filter((column) => column.use === use).map(({ column }) => column.name);
}
