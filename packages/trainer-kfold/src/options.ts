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

/** What is about to be trained: a fold, or one of its `members`; for factories. */
export interface FoldInfo {
  /** The number of the fold, from 0. */
  readonly fold: number;
  readonly folds: number;
  /** The number of the model among those of its fold, from 0, and how many these are. */
  readonly member: number;
  readonly members: number;
  /**
   * Numbers of an example along its last axis: of a table, the columns that the model sees. NaN where inputs are
   * several tensors.
   */
  readonly inputs: number;
  /** The same for targets. */
  readonly outputs: number;
  /** The seed that it trains with. */
  readonly seed: number;
}

/** A value for all folds, or a function that makes one for each model of each. */
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
  /**
   * How many models to train for each fold, 1 by default. They differ by their seeds alone, which give first values and
   * the order of examples, unless a factory looks at `member`; the prediction of the fold is the mean of theirs, in the
   * units that they are trained in, before a pipeline reverts it, which errs less than one model does in the mean (Hansen
   * and Salamon, Neural Network Ensembles, 1990). Those that there were stay the same, to the bit, when there are more,
   * so that with a `store` only the new ones are trained.
   */
  readonly members?: number;
  /** Examples as `fit` takes them, or a table, such as one of arquero. */
  readonly data: DataSet | Table;
  /** For a table: the columns to predict, as they are called after the pipeline. */
  readonly target?: string | readonly string[];
  /**
   * For a table: the column that says which row is which. Neither the pipeline nor the model sees it, so that no step has
   * to drop it; predictions of all rows have it beside them as `outOfFold.ids`.
   */
  readonly ids?: string;
  /**
   * For a table: the column of how much each row counts, in training and in the loss; metrics count all rows alike.
   * Neither the pipeline nor the model sees it. Other data has its own `weights`.
   */
  readonly weights?: string;
  /**
   * For a table: what to do with it first. It is fitted for each fold, on its training rows and no others. It has to keep
   * rows, and their order; only rows to train on may go, where it has a `fitTransform`.
   */
  readonly pipeline?: Transform;
  /** Trained anew in every fold, once for each member. */
  readonly model: Model;
  readonly optimizer: PerFold<UpdateRule | Solver>;
  /** A list serves one model after the other; give a function where callbacks keep something for later. */
  readonly callbacks?: PerFold<readonly Callback[]>;
  /**
   * What is averaged in the ensemble: this layer is applied to the output of each model first, such as `softmax()` where
   * models give logits. The outputs themselves by default, which is what the mean over the `members` of a fold is always
   * of: the loss and metrics are made for them. An ensemble with it is judged by those for what it makes, such as
   * `crossEntropy({ from: "probabilities" })`.
   */
  readonly average?: Layer<Out, Out>;
  /**
   * Watches a fold, wherever it runs, such as `progress().fold`. With several `members`, each of them is watched by itself,
   * and `fold` counts them through, `fold · members + member` of `folds · members`: a display of 8 folds with 3 members
   * shows 24. `info` says which it is.
   */
  readonly observe?: (fold: number, folds: number, info: FoldInfo) => Observer;
  /** Where folds and their members run, as many at a time as it says; here and one after the other by default. */
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
