import type { Backend, Loss, Metric, Table, Tree } from "@nn/core";
import type { RowChoice } from "../inputs/chosen-rows.ts";
import type { Explained } from "../inputs/explained.ts";
import type { Groups } from "../inputs/features.ts";
import type { Columns } from "../inputs/table.ts";
import type { FeatureKind, TableModel, Units } from "../table/table-model.ts";
import type { Predict } from "./function-scorer.ts";
import type { GivenData } from "./scorer.ts";

/** What importance is found for, and by which figure. */
export type ImportanceOptions<In extends Tree, Out extends Tree, Target extends Tree> = (
  | ModelImportance<In, Out>
  | TableImportance<In, Out>
  | FunctionImportance
) &
  (
    | { readonly metric: Metric<Out, Target>; readonly loss?: undefined }
    | { readonly loss: Loss<Out, Target>; readonly metric?: undefined }
  ) &
  SharedOptions;

/** The importance of the inputs of a model. */
export interface ModelImportance<In extends Tree, Out extends Tree> {
  /** What `fit` returns, or `{ model, parameters, state }`. */
  readonly model: Explained<In, Out>;
  /** Examples that it was not trained on: `{ inputs, targets }`, and `weights` for losses. */
  readonly data: GivenData;
  /** What the columns of the inputs are called. */
  readonly names?: readonly string[];
  /** Rows at a time; 1024 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  readonly table?: undefined;
  readonly by?: undefined;
  readonly units?: undefined;
  readonly weights?: undefined;
  readonly predict?: undefined;
}

/**
 * The importance of the columns of a table, for a model that was trained on one. Targets are found in the table. Take rows
 * that it was not trained on: those that a fold was judged on are `rows: result.best.validation`.
 */
export interface TableImportance<In extends Tree, Out extends Tree> {
  /** What `kFold` gives of a table, such as `result.best` or `result.ensemble`, or what `loadModel` opens. */
  readonly model: TableModel<In, Out>;
  /** Raw rows, as they go into the pipeline: a table, such as one of arquero, or its columns. */
  readonly table: Table | Columns;
  /**
   * What is shuffled. `"source"`, the default: columns of the raw table, with all that the pipeline makes of them. Those
   * that it drops have 0. `"column"`: columns that the model sees, among them the square of a column, and a column alone.
   */
  readonly by?: FeatureKind;
  /**
   * What predictions are compared in: in original units, where the pipeline takes them back to numbers, or as the model
   * makes them.
   */
  readonly units?: Units;
  /** The column of the table that says how much each row counts in a loss. */
  readonly weights?: string;
  /** Rows at a time; 1024 by default. */
  readonly batchSize?: number;
  readonly names?: undefined;
  readonly predict?: undefined;
}

/** The importance of the columns of a table, for any function of them, such as a pipeline with a model behind it. */
export interface FunctionImportance {
  /** Predictions for columns, one row for each of theirs. It must not write to the columns. */
  readonly predict: Predict;
  /** A table or its columns, with what the predictions should be. */
  readonly data: Omit<GivenData, "inputs"> & { readonly inputs: Table | Columns };
  readonly model?: undefined;
  readonly table?: undefined;
  readonly by?: undefined;
  readonly units?: undefined;
  readonly weights?: undefined;
  readonly names?: undefined;
  readonly batchSize?: undefined;
}

interface SharedOptions {
  /** How often each feature is shuffled; 10 by default. */
  readonly repeats?: number;
  /** What fixes the orders; 0 by default. */
  readonly seed?: number;
  /** Columns that are shuffled together, such as a feature and its square: `{ area: ["area", "area²"] }`. */
  readonly groups?: Groups;
  /** The columns to shuffle besides the groups; all by default. */
  readonly features?: readonly (string | number)[];
  /** How many rows to draw, or which ones to score; all by default. */
  readonly rows?: RowChoice;
  /** Where to compute, for a model without parameters or a function that returns arrays. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
  /** Called after each time that a feature was shuffled. */
  onProgress?(progress: ImportanceProgress): void;
}

/** How far it is. */
export interface ImportanceProgress {
  readonly done: number;
  readonly total: number;
  readonly feature: string;
}

/** The names of all options. */
export const importanceOptions: readonly string[] = [
  "model",
  "predict",
  "data",
  "table",
  "by",
  "units",
  "weights",
  "metric",
  "loss",
  "repeats",
  "seed",
  "names",
  "groups",
  "features",
  "rows",
  "batchSize",
  "backend",
  "signal",
  "onProgress",
];
