import type {
  Callback,
  Executor,
  Layer,
  Observer,
  Solver,
  Table,
  Transform,
  Tree,
  UpdateRule,
} from "@nn/core";
import type { DataSet, FitOptions } from "@nn/trainer";
import type { Splitter } from "./splitters/splitter.ts";
import type { FoldStore } from "./store.ts";

/** What a fold is about to train on, for factories. */
export interface FoldInfo {
  /** The number of the fold, from 0. */
  readonly fold: number;
  readonly folds: number;
  /**
   * Numbers of an example along its last axis: of a table, the columns that the model sees. NaN where inputs are
   * several tensors.
   */
  readonly inputs: number;
  /** The same for targets. */
  readonly outputs: number;
  /** The seed that the fold trains with. */
  readonly seed: number;
}

/** A value for all folds, or a function that makes one for each. */
export type PerFold<T> = T | ((fold: FoldInfo) => T);

/** The options of `fit` that `kFold` passes on as they are. */
type Shared<In extends Tree, Out extends Tree, Target extends Tree> = Omit<
  FitOptions<In, Out, Target>,
  "model" | "data" | "optimizer" | "callbacks" | "validation" | "variables" | "resume"
>;

/** What `kFold` is told: the options of `fit`, and how to divide the data. */
export interface KFoldOptions<
  In extends Tree,
  Out extends Tree,
  Target extends Tree,
  Model = PerFold<Layer<In, Out>>,
> extends Shared<In, Out, Target> {
  /** How many folds, for `kFolds`, or a splitter such as `stratified(…)`; 5 by default. */
  readonly folds?: number | Splitter;
  /** Examples as `fit` takes them, or a table, such as one of arquero. */
  readonly data: DataSet | Table;
  /** For a table: the columns to predict, as they are called after the pipeline. */
  readonly target?: string | readonly string[];
  /**
   * For a table: what to do with it first. It is fitted for each fold, on its training rows and no others. It has to keep
   * rows, and their order; only rows to train on may go, where it has a `fitTransform`.
   */
  readonly pipeline?: Transform;
  /** Trained anew in every fold. */
  readonly model: Model;
  readonly optimizer: PerFold<UpdateRule | Solver>;
  /** A list serves one fold after the other; give a function where callbacks keep something for later. */
  readonly callbacks?: PerFold<readonly Callback[]>;
  /**
   * What is averaged in the ensemble: this layer is applied to the output of each fold's model first, such as `softmax()`
   * where models give logits. The outputs themselves by default.
   */
  readonly average?: Layer<Out, Out>;
  /** Watches a fold, wherever it runs, such as `progress().fold`. */
  readonly observe?: (fold: number, folds: number) => Observer;
  /** Where folds run, as many at a time as it says; here and one after the other by default. */
  readonly executor?: Executor;
  /**
   * For an executor: the URL of a module that exports `plugins`, of everything that is used here, and `runFold` as `run`.
   */
  readonly entry?: URL | string;
  /** For an executor: the threads that a fold may use; the executor's share by default. */
  readonly threads?: number;
  /** Where to keep what is done, and to go on from after an interruption. */
  readonly store?: FoldStore;
}

/** Options for folds of any kind. */
export type AnyOptions = KFoldOptions<Tree, Tree, Tree>;
