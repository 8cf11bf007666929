import { type Backend, check, type Table, type Tensor, type Tree } from "@nn/core";
import { newBreather } from "../breather.ts";
import type { Predict } from "../importance/function-scorer.ts";
import { chosenRows, type RowChoice } from "../inputs/chosen-rows.ts";
import type { RowsTree } from "../inputs/examples.ts";
import type { Explained } from "../inputs/explained.ts";
import type { Columns } from "../inputs/table.ts";
import { checkCount, checkFunction, checkKnown, checkSeed, checkSignal, show } from "../options.ts";
import { functionSubject } from "./function-subject.ts";
import { checkGrid, type Grid, quantiles } from "./grid.ts";
import { modelSubject } from "./model-subject.ts";
import type { Subject, SubjectOptions } from "./subject.ts";

/** What to look at. */
export type DependenceOptions<In extends Tree, Out extends Tree> = (
  | ModelDependence<In, Out>
  | FunctionDependence
) & {
  /** One column or two, by their names or numbers. */
  readonly features: readonly (string | number)[];
  /**
   * How many values of each feature to try, at even parts of the rows; 20 by default. Or the values: a list for each
   * feature.
   */
  readonly grid?: Grid;
  /** Whether to keep the curve of every row, for plots of individual conditional expectation; false by default. */
  readonly curves?: boolean;
  /** How many rows to draw, or which ones to take; all by default. */
  readonly rows?: RowChoice;
  /** What fixes which rows are drawn; 0 by default. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Called as predictions are made, with their number. */
  onProgress?(progress: { readonly done: number; readonly total: number }): void;
};

/** The dependence of a model on columns of its inputs. */
export interface ModelDependence<In extends Tree, Out extends Tree> {
  /** What `fit` returns, or `{ model, parameters, state }`. */
  readonly model: Explained<In, Out>;
  readonly inputs: RowsTree;
  /** Which output to look at, where there are several: its number, or a traced function that gives one number a row. */
  readonly output?: number | ((prediction: Out) => Tensor);
  /** What the columns of the inputs are called. */
  readonly names?: readonly string[];
  /** Rows at a time; 1024 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  /** Where to compute, for a model without parameters. */
  readonly backend?: Backend;
  readonly predict?: undefined;
}

/** The dependence of any function on columns of a table, such as of a pipeline with a model behind it. */
export interface FunctionDependence {
  /** Predictions for columns, one row for each of theirs. It must not write to the columns. */
  readonly predict: Predict;
  readonly inputs: Table | Columns;
  /** Which number of a row to look at, where predictions have several. */
  readonly output?: number;
  readonly model?: undefined;
  readonly names?: undefined;
  readonly batchSize?: undefined;
  readonly backend?: undefined;
}

/** How predictions depend on one feature or two. Plain data, for JSON. */
export interface PartialDependence {
  /** The features, with the values that were tried. */
  readonly axes: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** How many rows the average is of. */
  readonly rows: number;
  /** The mean prediction for each value. Of two features, that of values i and j is at i · (values of the second) + j. */
  readonly average: readonly number[];
  /** For every row, its predictions in the order of the average, where they were asked for. */
  readonly curves?: readonly (readonly number[])[];
}

const known = [
  "model",
  "predict",
  "inputs",
  "features",
  "grid",
  "output",
  "curves",
  "names",
  "rows",
  "seed",
  "batchSize",
  "backend",
  "signal",
  "onProgress",
];

/**
 * The mean prediction of all rows when a feature, or two, have the same value in each (Friedman, Greedy Function
 * Approximation, 2001), and, with `curves`, that of every single row (Goldstein and others, Peeking Inside the Black
 * Box, 2015). Rows may become such as there are none: mind features that go together.
 *
 * ```ts
 * const { axes, average } = await partialDependence({ model: result, inputs, names: ["area", "age"], features: ["age"] });
 * axes[0].values.map((age, i) => [age, average[i]]); // a line to draw
 * ```
 */
export async function partialDependence<In extends Tree, Out extends Tree>(
  options: DependenceOptions<In, Out>,
): Promise<PartialDependence> {
  const name = "partialDependence";
  checkKnown(name, options, known);
  const { features, grid = 20, curves = false, seed = 0, onProgress, signal } = options;
  check(
    Array.isArray(features) && (features.length === 1 || features.length === 2),
    () => `${name}: features must be a list of one column or two, got ${show(features)}`,
  );
  checkGrid(name, grid, features.length);
  check(
    typeof curves === "boolean",
    () => `${name}: curves must be true or false, got ${show(curves)}`,
  );
  checkSeed(`${name}: seed`, seed);
  checkFunction(`${name}: onProgress`, onProgress);
  checkSignal(`${name}: signal`, signal);
  const subject = await openSubject(name, options, {
    features,
    rowsOf: (count) => chosenRows(name, count, options.rows, seed),
    breathe: newBreather(signal),
  });
  try {
    const { rows, columns } = subject;
    check(
      columns[0]!.name !== columns[1]?.name,
      () => `${name}: features has '${columns[0]!.name}' twice; name two columns, or one`,
    );
    const axes = columns.map((column, i) => ({
      name: column.name,
      values:
        typeof grid === "number"
          ? quantiles(`${name}: ${column.name}`, column.values, grid)
          : Array.from(grid[i]!),
    }));
    const [first, second] = axes;
    const points = first!.values.flatMap((value) =>
      second ? second.values.map((other) => [value, other]) : [[value]],
    );
    const sums = points.map(() => 0);
    const kept = curves ? Array.from({ length: rows }, () => points.map(() => 0)) : undefined;
    const total = rows * points.length;
    let done = 0;
    await subject.respond(points, (point, at, outputs) => {
      for (let i = 0; i < outputs.length; i++) {
        sums[point]! += outputs[i]!;
        if (kept) kept[at + i]![point] = outputs[i]!;
      }
      done += outputs.length;
      onProgress?.({ done, total });
    });
    const average = sums.map((sum) => sum / rows);
    return { axes, rows, average, ...(kept && { curves: kept }) };
  } finally {
    subject.release();
  }
}

async function openSubject<In extends Tree, Out extends Tree>(
  name: string,
  options: DependenceOptions<In, Out>,
  shared: SubjectOptions,
): Promise<Subject> {
  const { model, predict, inputs, output, names, batchSize = 1024, backend } = options;
  check(
    (model === undefined) !== (predict === undefined),
    () => `${name}: expected either a model, as fit returns it, or predict, a function of columns`,
  );
  if (predict === undefined) {
    checkCount(`${name}: batchSize`, batchSize);
    check(
      output === undefined || typeof output === "number" || typeof output === "function",
      () => `${name}: output must be the number of an output or a function, got ${show(output)}`,
    );
    const question = { model, inputs: inputs as RowsTree, output, names, batchSize, backend };
    return modelSubject(name, question, shared);
  }
  checkFunction(`${name}: predict`, predict);
  for (const key of ["names", "batchSize", "backend"] as const)
    check(
      options[key] === undefined,
      () =>
        `${name}: ${key} is for models; predict is given columns by their own names, all rows at once`,
    );
  return functionSubject(name, predict, inputs as Columns, output, shared);
}
