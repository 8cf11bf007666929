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
  UnopenedBackend,
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

/**
 * What stands in the JSON, once its components are made. Comments and types here become the descriptions and types of
 * the JSON schema.
 */
export interface ExperimentParts {
  /** The JSON schema that editors complete and check it by. */
  readonly $schema?: string;
  /** What it is called in lists and reports; "experiment" by default. */
  readonly name?: string;
  /** Where the rows come from, with options of the reader. */
  readonly data: ExperimentData;
  /** The column to predict, or several, as they are called after the pipeline. */
  readonly target: string | readonly string[];
  /** The column that says which row is which. Neither pipeline nor model see it; predictions have it beside them. */
  readonly ids?: string;
  /** The column of how much each row counts, in training and in figures. Neither pipeline nor model see it. */
  readonly weights?: string;
  /** Steps of preprocessing, one after the other; fitted for each fold on its training rows alone. */
  readonly pipeline?: Transform;
  /** The model, or a list of its layers. */
  readonly model: Layer;
  /** What training minimises. */
  readonly loss: Loss;
  /** Figures besides the loss; none by default. */
  readonly metrics?: readonly Metric[];
  /** How parameters follow their gradients. */
  readonly optimizer: UpdateRule | Solver;
  /** How many folds, or a splitter such as { "kind": "holdout", "share": 0.2 }; 5 by default. */
  readonly folds?: number | Splitter;
  /** Models for each fold, from different seeds, whose predictions are averaged; 1 by default. */
  readonly members?: number;
  /** What is averaged where predictions are: this layer of each model's output, such as "softmax". */
  readonly average?: Layer;
  /** How many times to go through the training rows. */
  readonly epochs: number;
  /** Rows a step; 32 by default. */
  readonly batchSize?: number;
  /** Whether every epoch has an order of its own; true by default. */
  readonly shuffle?: boolean;
  /** Fixes folds, first values, shuffling and everything random in the model; 0 by default. */
  readonly seed?: number;
  /** What parameters and numbers in the data are held in; f32 by default. */
  readonly dtype?: "f32" | "f64";
  /** The figure that epochs and folds are compared by; "validation/loss" by default. */
  readonly monitor?: string;
  /** Whether the training figures of an epoch are computed once more after it; false by default. */
  readonly exactFigures?: boolean;
  /** What takes part in training, such as early stopping. */
  readonly callbacks?: readonly Callback[];
  /** Where to compute. */
  readonly backend: Backend | UnopenedBackend;
  /** The model to keep: that of the best fold, one that averages those of all folds, or one trained anew on all rows. */
  readonly keep?: Keep;
}

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
  /** Columns that neither the pipeline nor the model see: which row is which, and how much each counts. */
  readonly ids: string | undefined;
  readonly weights: string | undefined;
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
  /** Where to compute: nothing is opened until `experiment.backend.open()`, and whoever opens it closes it. */
  readonly backend: UnopenedBackend;
  /** New callbacks for a fold: some keep something of their run. */
  readonly callbacks: () => readonly Callback[];
  readonly keep: Keep;
  /** The lists that kinds were looked up in, with those of `@nn/core`, `@nn/trainer` and the like; for `openModel`. */
  readonly plugins: readonly Plugin[];
}
