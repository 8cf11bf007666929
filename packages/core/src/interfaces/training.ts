import type { Described } from "./described.ts";
import type { TensorMap } from "./layer.ts";
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
 * in double precision. `collect`: it returns one row per example, and all rows are kept (as ranking needs).
 */
export interface Metric<Out extends Tree = Tensor, Target extends Tree = Tensor> extends Described {
  /** As in logs: `r2`. */
  readonly name: string;
  readonly mode: "accumulate" | "collect";
  /** Whether more is better; for choosing the best epoch. */
  readonly better: "higher" | "lower";
  measure(prediction: Out, target: Target): TensorMap;
  result(values: { readonly [name: string]: ArrayLike<number> }): number;
}

/** Something that watches training and may end it. All hooks are awaited. */
export interface Callback {
  /** What it wants to see besides losses and metrics, computed inside of the training program. */
  readonly probes?: readonly Probe[];
  start?(run: RunInfo): void | Promise<void>;
  /** After a chunk of steps, every 10 ms or so. */
  progress?(report: ProgressReport): void | Promise<void>;
  /** After an epoch; `"stop"` ends training. */
  epoch?(report: EpochReport): void | "stop" | Promise<void | "stop">;
  /** However training ended. */
  end?(): void | Promise<void>;
}

/** A traced look into the step, taken every `every` steps. */
export interface Probe {
  readonly name: string;
  readonly every: number;
  measure(step: { readonly parameters: TensorMap; readonly gradients: TensorMap }): Tensor;
}

/** What is known when training starts. */
export interface RunInfo {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly rows: number;
  /** For callbacks that save or restore everything that is trained; between chunks only. */
  readonly training: Training;
}

/** Where training is. */
export interface ProgressReport {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly rate: number;
}

/** What an epoch came to. Training figures are accumulated while the parameters change. */
export interface EpochReport extends ProgressReport {
  readonly metrics: { readonly [name: string]: number };
  /** Probes' values, by their name. */
  readonly probes: { readonly [name: string]: number };
  /** The parameters now; copy what should outlive the call. */
  readonly parameters: TensorMap;
}

/** Runs independent jobs somewhere: here, in worker threads, on other machines. */
export interface Executor {
  run(
    job: Job,
    options?: { signal?: AbortSignal; onMessage?: (message: Json) => void },
  ): Promise<JobResult>;
  close(): Promise<void>;
}

/** Work as data. `entry` is a module of the user's or a plugin's that exports `plugins` and `run(spec, tensors)`. */
export interface Job {
  readonly entry: string;
  readonly spec: Json;
  readonly tensors: { readonly [name: string]: HostTensor };
  /** Threads that it may use. */
  readonly threads?: number;
}

/** What a job returns. */
export interface JobResult {
  readonly value: Json;
  readonly tensors: { readonly [name: string]: HostTensor };
}

/** A tensor outside of any backend. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TypedArray;
}

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
  readonly tensors: { readonly [path: string]: HostTensor };
  readonly metadata: { readonly [name: string]: Json };
}
