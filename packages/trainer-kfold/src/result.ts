import type {
  FittedTransform,
  HostTensor,
  Layer,
  Table,
  Tensor,
  Tree,
  TreeOf,
  Variables,
} from "@nn/core";
import type { Columns, FitResult, History, RowsTree } from "@nn/trainer";

/** A model as the folds leave it. It can be saved, and passed on as its own variables. */
export interface FoldModel<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  /** What was fitted for it, for data from a table with a pipeline. */
  readonly pipeline?: FittedTransform;
  /** Names of the columns that go in and come out, for data from a table. */
  readonly columns?: Columns;
  /** Shape and dtype of what the model takes for one example. */
  readonly inputTypes: FitResult<In, Out>["inputTypes"];
  /** What the model returns for these inputs, as tensors in the units that it was trained in. */
  predict(inputs: RowsTree): Out;
  /**
   * For data from a table: predictions for raw rows. They go through the pipeline, and come back in original units where
   * the pipeline can revert them.
   */
  predictTable(table: Table): Promise<Table>;
}

/** What one of the models of a fold came to. */
export interface MemberResult<In extends Tree, Out extends Tree> extends FoldModel<In, Out> {
  /** Its number in the fold, from 0. */
  readonly member: number;
  /** The seed that it was trained with. */
  readonly seed: number;
  /** Figures by epoch, in the units that it was trained in. */
  readonly history: History;
  readonly epochs: number;
  /** The number of the best epoch by the figure that was monitored, from 1. */
  readonly bestEpoch: number;
}

/**
 * What a fold came to. Where it has several members, its model is their `ensemble`, whose parameters are theirs, at
 * `0/…`, `1/…` and so on.
 */
export interface FoldResult<In extends Tree, Out extends Tree> extends FoldModel<In, Out> {
  /** The number of the fold, from 0. */
  readonly fold: number;
  /** The seed that it was trained with; that of its first member. */
  readonly seed: number;
  /** All models that were trained for it; without the option `members` there is one, which is its own. */
  readonly members: readonly MemberResult<In, Out>[];
  /** The rows it was trained on, and those that it was judged on. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /**
   * Figures by epoch, in the units that the model was trained in. Of several members it is the mean of theirs, over the
   * epochs that all of them have; it is not what the mean of their predictions would have come to, which is better.
   */
  readonly history: History;
  /** How many epochs that are: those that it was trained for, or the fewest of a member. */
  readonly epochs: number;
  /** The number of the best epoch in the history by the figure that was monitored, from 1; 0 where it is never a number. */
  readonly bestEpoch: number;
  /** The loss and metrics of its model on its validation rows; in original units, see `KFoldResult.units`. */
  readonly metrics: FiguresByName;
  /** The same in the units that the model was trained in. */
  readonly transformedMetrics: FiguresByName;
  /**
   * What its model gives for its `validation` rows, in their order and in the units that it was trained in; its pipeline
   * reverts them. `outOfFold` has the means over all folds. What a single member gives is not kept: its `predict` is.
   */
  readonly predictions: HostOf<Out>;
}

/** The loss, and metrics by their names. */
export interface FiguresByName {
  readonly loss: number;
  readonly [name: string]: number;
}

/** A figure over all folds. Where that of a fold is NaN, so are mean, deviation and interval. */
export interface FoldFigure {
  readonly mean: number;
  /** Of the folds, with n - 1; NaN for a single one. */
  readonly standardDeviation: number;
  /** Of the folds whose figure is not NaN. */
  readonly best: number;
  readonly worst: number;
  /** By the number of the fold; of those that finished. */
  readonly folds: readonly number[];
  /**
   * Student's 95 % confidence interval of the mean, as if folds were independent. They are not: their training rows
   * overlap, so that it is too narrow (Bengio and Grandvalet, No Unbiased Estimator of the Variance of K-Fold
   * Cross-Validation, 2004). It shows how much a mean is worth; it is no test.
   */
  readonly interval: readonly [low: number, high: number];
}

/** Figures over all folds: the loss, and metrics by their names. */
export interface FoldFigures {
  readonly loss: FoldFigure;
  readonly [name: string]: FoldFigure;
}

/**
 * The predictions of rows by folds that were not trained on them, in the order of the rows of the data. Also where folds
 * overlap, a fold counts for the rows that it holds back alone, and `kFold` refuses splits that train on some of these.
 */
export interface OutOfFold<Out extends Tree> {
  /**
   * In the units that models were trained in, row by row, in f64. Rows that several folds were judged on have the mean,
   * and rows that none was have NaN.
   */
  readonly predictions: HostOf<Out>;
  /** How many folds were judged on each row. */
  readonly counts: Int32Array;
  /** For data from a table: the same by target column; in original units, see `KFoldResult.units`. */
  readonly columns?: { readonly [name: string]: Float64Array };
  /**
   * For data from a table: its column that the option `ids` names. Like everything here it is in the order of the table's
   * rows, so that `tableOf({ id: ids, ...columns })` is a table to be joined with others, or written to a file.
   */
  readonly ids?: ArrayLike<unknown>;
  /**
   * The loss and metrics of all these predictions together. Absent where they are in units of each fold's own pipeline,
   * which do not compare.
   */
  readonly metrics?: FiguresByName;
}

/** What tensors become outside of a backend. */
export type HostOf<T extends Tree> = Tree extends T
  ? TreeOf<HostTensor>
  : T extends Tensor
    ? HostTensor
    : { readonly [key in keyof T]: T[key] extends Tree ? HostOf<T[key]> : never };

/** What `kFold` returns. */
export interface KFoldResult<In extends Tree, Out extends Tree> {
  /** Those that finished, by their number. */
  readonly folds: readonly FoldResult<In, Out>[];
  /** Why it ended: all folds are done, or the signal or an error ended it before. */
  readonly ended: "folds" | "signal" | "error";
  /** Of the figures in `FoldResult.metrics`. */
  readonly metrics: FoldFigures;
  readonly transformedMetrics: FoldFigures;
  /**
   * What `metrics` are in. `original`: predictions were reverted by the pipeline, or there is none. `transformed`: the
   * pipeline cannot revert them to numbers, one for one, as where it makes one class of several probabilities.
   */
  readonly units: "original" | "transformed";
  readonly outOfFold: OutOfFold<Out>;
  /** The fold whose model is the best by the figure that is monitored. */
  readonly best: FoldResult<In, Out>;
  /**
   * One model whose prediction is the mean of those of all folds. It is what averaging the folds' weights is meant to
   * be: hidden units of different folds do not correspond, and a network with the mean of their weights is none of them,
   * while the mean of predictions has, for a convex loss, at most the mean of their losses. Its parameters are those of
   * the folds, on the backend: dispose of them once for both, or leave them to the garbage collector.
   *
   * Where pipelines revert, the mean is that of reverted predictions. Where they make no numbers of them, as one-hot columns
   * become classes, it is that of the models' outputs, and is reverted then: `predictTable` gives the class that is the most
   * likely in the mean (see the option `average`), and its pipeline makes the targets of a table, too, to judge it by. That
   * needs pipelines that agree, as those do that have the same classes. What folds have been judged on tells: where
   * pipelines revert some of it to different values, there is no way back, and `predictTable` gives the mean in the units
   * of training. Targets that they make differently are left out by its pipeline.
   */
  readonly ensemble: FoldModel<In, Out>;
}
