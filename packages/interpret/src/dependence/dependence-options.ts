import type { Backend, Table, Tensor, Tree } from "@nn/core";
import type { Predict } from "../importance/function-scorer.ts";
import type { RowChoice } from "../inputs/chosen-rows.ts";
import type { RowsTree } from "../inputs/examples.ts";
import type { Explained } from "../inputs/explained.ts";
import type { Columns } from "../inputs/table.ts";
import type { FeatureKind, TableModel, Units } from "../table/table-model.ts";
import type { Grid } from "./grid.ts";

/** What to look at. */
export type DependenceOptions<In extends Tree, Out extends Tree> = (
  | ModelDependence<In, Out>
  | TableDependence<In, Out>
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
  readonly table?: undefined;
  readonly by?: undefined;
  readonly units?: undefined;
  readonly predict?: undefined;
}

/** The dependence of a model that was trained on a table on columns of it. */
export interface TableDependence<In extends Tree, Out extends Tree> {
  /** What `kFold` gives of a table, such as `result.best` or `result.ensemble`, or what `loadModel` opens. */
  readonly model: TableModel<In, Out>;
  /** Raw rows, as they go into the pipeline: a table, such as one of arquero, or its columns. They need no target. */
  readonly table: Table | Columns;
  /**
   * What is set to a value. `"source"`, the default: a column of the raw table, with all that the pipeline makes of it.
   * `"column"`: a column that the model sees, which leaves its square as it is.
   */
  readonly by?: FeatureKind;
  /** What predictions are in: original units, where the pipeline takes them back to numbers, or as the model makes them. */
  readonly units?: Units;
  /** Which number of a row to look at, where predictions have several. */
  readonly output?: number;
  /** Rows at a time; 1024 by default. */
  readonly batchSize?: number;
  /** Where to compute, for a model without parameters. */
  readonly backend?: Backend;
  readonly names?: undefined;
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
  readonly table?: undefined;
  readonly by?: undefined;
  readonly units?: undefined;
  readonly names?: undefined;
  readonly batchSize?: undefined;
  readonly backend?: undefined;
}

/** The names of all options. */
export const dependenceOptions: readonly string[] = [
  "model",
  "predict",
  "inputs",
  "table",
  "by",
  "units",
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
