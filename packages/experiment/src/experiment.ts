import type {
  Backend,
  Callback,
  DType,
  Json,
  Layer,
  Loss,
  Metric,
  Plugin,
  Solver,
  Transform,
  UpdateRule,
} from "@nn/core";
import type { Splitter } from "@nn/trainer-kfold";

/** Which model is kept: that of the best fold, one that averages those of all folds, or one trained anew on all rows. */
export type Keep = "best" | "ensemble" | "all";

/** Where the rows come from. Whoever runs the experiment reads them; the options are those of the reader. */
export interface ExperimentData {
  /** The name of the file, seen from the folder of the experiment. */
  readonly file: string;
  /** Options of the reader, such as `types`. */
  readonly [option: string]: Json;
}

/** An experiment's JSON: an object, of which `readExperiment` says what must be in it. */
export type ExperimentJson = { readonly [name: string]: Json };

/** An experiment that has been checked, and all that it is made of. */
export interface Experiment {
  /**
   * What it was read from with everything filled in: defaults, and components by their full kinds. It is plain JSON in
   * the same form, and reads as the same experiment.
   */
  readonly json: ExperimentJson;
  readonly name: string;
  readonly data: ExperimentData;
  /** The columns to predict, as they are called after the pipeline. */
  readonly target: readonly string[];
  /** The column that tells rows from each other. It is set aside from the others, and stands beside predictions. */
  readonly id: string | undefined;
  readonly pipeline: Transform | undefined;
  readonly model: Layer;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
  readonly optimizer: UpdateRule | Solver;
  readonly folds: Splitter;
  /** Models for each fold, whose predictions are averaged. */
  readonly members: number;
  readonly average: Layer | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dtype: DType;
  readonly monitor: string;
  readonly exactFigures: boolean;
  /** Close it when it is not needed any more: `experiment.backend.close?.()`. */
  readonly backend: Backend;
  /** New callbacks for a fold: some keep something of their run. */
  readonly callbacks: () => readonly Callback[];
  readonly keep: Keep;
  /** The lists that kinds were looked up in, with those of `@nn/core`, `@nn/trainer` and the like; for `openModel`. */
  readonly plugins: readonly Plugin[];
}
