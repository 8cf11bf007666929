import type { Backend } from "./backend.ts";
import type { Described, Plugin } from "./described.ts";
import type { Declaration, TensorMap } from "./layer.ts";
import type { Training } from "./optimizer.ts";
import type { DType, Json, Tensor, Tree, TypedArray } from "./tensor.ts";

/** What training minimises. */
export interface Loss<Out extends Tree = Tensor, Target extends Tree = Tensor> extends Described {
  /** One value per example, [batch]. Its mean, weighted where there are weights, is the loss. */
  values(prediction: Out, target: Target): Tensor;
  /** For least squares: one row per example, the mean of whose squares is the value. */
  residuals?(prediction: Out, target: Target): Tensor;
}

/**
 * A figure of merit over a whole data set. `accumulate`: what `measure` returns adds up over batches, and is added up
 * in double precision. `collect`: all rows of what it returns are kept, one for each example (as ranking needs) or for
 * each batch. A figure that is a number can be watched while training; others, such as tables, are for whole
 * predictions.
 */
export interface Metric<
  Out extends Tree = Tensor,
  Target extends Tree = Tensor,
  Result extends Json = number,
> extends Described {
  /** As in logs: `r2`. */
  readonly name: string;
  readonly mode: "accumulate" | "collect";
  /** Whether more is better; for choosing the best epoch. */
  readonly better: "higher" | "lower";
  measure(prediction: Out, target: Target): TensorMap;
  result(values: { readonly [name: string]: ArrayLike<number> }): Result;
}

/**
 * Watches a run from wherever it is: all that it is told is plain data, which can be sent between threads. Hooks are
 * called in the order of what happens.
 */
export interface Observer {
  start?(run: RunSummary): void | Promise<void>;
  /** After a chunk of steps, every 10 ms or so. */
  progress?(report: ProgressReport): void | Promise<void>;
  /** After an epoch. */
  epoch?(report: EpochSummary): unknown;
  /**
   * However training ended, where `start` was done: `epochs`, `callback`, `signal`, `fault` or `error`. What it changes
   * is in the result.
   */
  end?(ended: string): void | Promise<void>;
}

/** An observer that takes part in training, and may end it. All hooks are awaited. */
export interface Callback extends Observer {
  /** Tells its saved values from those of other callbacks; needed where there is a `save`. */
  readonly name?: string;
  /** What it wants to see besides losses and metrics, computed inside of the training program. */
  readonly probes?: readonly Probe[];
  start?(run: RunInfo): void | Promise<void>;
  /** After an epoch; `"stop"` ends training. */
  epoch?(report: EpochReport): unknown;
  /** What it needs to go on from here in another process. Called between chunks, for `RunInfo.snapshot`. */
  save?(): StoredModel | Promise<StoredModel>;
  /** Goes on from what `save` gave; after `start`, in a run that resumes another one. */
  restore?(saved: StoredModel): void | Promise<void>;
}

/** A traced look into the step, taken every `every` steps. */
export interface Probe {
  readonly name: string;
  readonly every: number;
  measure(step: { readonly parameters: TensorMap; readonly gradients: TensorMap }): Tensor;
}

/** What is known when training starts. */
export interface RunSummary {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly rows: number;
  /** Steps that were done before, in a run that resumes another one. */
  readonly step: number;
  /** The figure that the best epoch is chosen by, as in `validation/loss`. */
  readonly monitor: Pick<Metric, "name" | "better">;
}

/** What callbacks are given besides, for use between chunks only. */
export interface RunInfo extends RunSummary {
  readonly backend: Backend;
  readonly declarations: readonly Declaration[];
  /** For callbacks that keep or restore what is trained. */
  readonly training: Training;
  /** Everything that the run needs to go on from here to the same bits, to be passed to `fit` as `resume`. */
  snapshot(): Promise<StoredModel>;
}

/** Where training is. */
export interface ProgressReport {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly rate: number;
}

/** What an epoch came to. Training figures are accumulated while the parameters change, unless exact ones are asked for. */
export interface EpochSummary extends ProgressReport {
  readonly metrics: { readonly [name: string]: number };
  /** Probes' values, by their name. */
  readonly probes: { readonly [name: string]: number };
  /** The number of the best epoch so far, by the figure that is monitored. */
  readonly best: number;
}

/** What callbacks are told of an epoch. */
export interface EpochReport extends EpochSummary {
  /** The parameters now; copy what should outlive the call. */
  readonly parameters: TensorMap;
}

/** Runs independent jobs somewhere: here, in worker threads, on other machines. */
export interface Executor {
  /** How many jobs it runs at a time. */
  readonly concurrency: number;
  /**
   * Runs a job when there is room for it. It is rejected with the error of the job, or with the signal's reason where that
   * kept the job from a result. Messages arrive in order and before the result. Tensors stay the caller's, who must not
   * write them meanwhile.
   */
  run(
    job: Job,
    options?: { signal?: AbortSignal; onMessage?: (message: Json) => void },
  ): Promise<JobResult>;
  /** Cancels what has not ended. */
  close(): Promise<void>;
}

/** Work as data: a `JobModule` of the user's, by its URL, and what to pass to it. */
export interface Job {
  readonly entry: string;
  readonly spec: Json;
  readonly tensors: HostTensors;
  /** Threads that it may use. */
  readonly threads?: number;
}

/**
 * What the module at a job's entry exports. Packages that make jobs have a `run` to be exported again. A module may serve
 * many jobs, one after the other; what it returns is given away.
 */
export interface JobModule {
  readonly plugins: readonly Plugin[];
  run(spec: Json, tensors: HostTensors, context: JobContext): Promise<JobResult>;
}

/** What a job is given by the one who runs it. */
export interface JobContext {
  /** The plugins that the job's module exports. */
  readonly plugins: readonly Plugin[];
  /** Threads that it may use. */
  readonly threads: number;
  /** The job is not wanted any more. */
  readonly signal: AbortSignal;
  /** Tells the caller something while the job runs. */
  send(message: Json): void;
}

/** What a job returns. */
export interface JobResult {
  readonly value: Json;
  readonly tensors: HostTensors;
}

/** A tensor outside of any backend. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** Tensors outside of any backend, by their names. */
export type HostTensors = { readonly [name: string]: HostTensor };

/** Columns of equal length. arquero's tables fit. */
export interface Table {
  numRows(): number;
  columnNames(): readonly string[];
  /** The values of a column, in row order. */
  array(name: string): ArrayLike<unknown>;
}

/** A preprocessing step before it has seen data; `fit` looks at the training rows and nothing else. */
export interface Transform extends Described {
  fit(table: Table): FittedTransform;
  /**
   * Fits, and gives the rows to train on, where these are not what `transform` makes of the same table: outliers may have
   * gone, and what was learned from a row's target may be kept from it. `rows` says which rows of the table they are, if
   * some have gone or moved.
   */
  fitTransform?(table: Table): {
    readonly fitted: FittedTransform;
    readonly table: Table;
    readonly rows?: Int32Array;
  };
}

/** A step that has. Its config holds what it learned, so that it travels with the model. */
export interface FittedTransform extends Described {
  transform(table: Table): Table;
  /** Takes predicted columns back to original units, where there is a way. */
  revert?(table: Table): Table;
}

/** A file format for models. Nothing in a file is ever run. */
export interface ModelFormat {
  readonly name: string;
  write(model: StoredModel): Uint8Array;
  /** Checks all bounds before it allocates. */
  read(bytes: Uint8Array): StoredModel;
}

/** A model as a file holds it: tensors by path, and everything else as JSON. */
export interface StoredModel {
  readonly tensors: HostTensors;
  readonly metadata: { readonly [name: string]: Json };
}
