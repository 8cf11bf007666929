import type { Backend } from "./backend.ts";
import type { Described } from "./described.ts";
import type { Declaration, TensorMap } from "./layer.ts";
import type { Program } from "./program.ts";
import type { Tensor, TensorType, Tree } from "./tensor.ts";

/**
 * A first-order optimizer: how one parameter follows its gradient. It knows nothing of models; `firstOrder` of
 * `@nn/trainer` applies it to every parameter, inside of the compiled step.
 */
export interface UpdateRule extends Described {
  readonly learningRate: Schedule;
  /** Constants that the state starts from: velocities, moments, none at all. */
  init(parameter: TensorType): TensorMap;
  update(call: UpdateCall): { readonly parameter: Tensor; readonly state: TensorMap };
}

/** What an update rule is told. `rate` and `step` are operands: changing them does not recompile anything. */
export interface UpdateCall {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly state: TensorMap;
  /** The learning rate of this step, a scalar of the parameter's dtype. */
  readonly rate: Tensor;
  /** The number of this step, from 1, a scalar of the parameter's dtype. */
  readonly step: Tensor;
}

/** A learning rate that may change. It is evaluated on the host, once a step. */
export interface Schedule extends Described {
  at(progress: Progress): number;
}

/** How far a training run has come, before the step in question. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, with the fraction of the current one. */
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  /** What was monitored after each epoch so far, the newest last. Less is better: figures to be maximised are negated. */
  readonly monitored: readonly number[];
}

/** An optimizer as `fit` sees it: it may run one program a step, or as many as it takes. */
export interface Solver extends Described {
  prepare(problem: Problem): Promise<Training>;
}

/** What there is to minimise. */
export interface Problem {
  readonly backend: Backend;
  readonly declarations: readonly Declaration[];
  /** Where to start. The solver takes these over and may donate them. */
  readonly parameters: TensorMap;
  readonly state: TensorMap;
  /**
   * All rows, or the first of a stream, resident on the backend, along axis 0 of every tensor. Batches are gathered
   * from it by row number.
   */
  readonly data: Tree;
  /** The mean loss of a batch, the state after it, and partial sums that the caller wants to see. Traced. */
  loss(parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor): LossParts;
  /** One row per example, whose sum of squares is to be minimised, where the loss offers it. Traced. */
  residuals?(parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor): Tensor;
  /** More to see of a step, which joins the partial sums; the gradients are those that are applied. Traced. */
  observe?(step: { readonly parameters: TensorMap; readonly gradients: TensorMap }): TensorMap;
  /** The random key (i32[2]) of the run. */
  readonly key: Tensor;
}

/** What `Problem.loss` returns. */
export interface LossParts {
  readonly loss: Tensor;
  readonly state: TensorMap;
  readonly partials: TensorMap;
}

/** A training run in progress. */
export interface Training {
  /** Does the steps of a chunk. When it fails, or is refused, everything is as it was before. */
  run(chunk: Chunk): Promise<ChunkReport>;
  readonly parameters: TensorMap;
  readonly state: TensorMap;
  /** The optimizer's own state, for checkpoints; `restore` goes back to copies of all three. */
  readonly memory: TensorMap;
  restore(parameters: TensorMap, state: TensorMap, memory: TensorMap): void;
  /** For printouts: the program that does such a chunk, where it is a single one. */
  program?(chunk: Chunk): Program;
}

/** Some steps, by the row numbers of their batches, one after the other. */
export interface Chunk {
  /** Whose rows, where it is not the problem's data: the part of a stream that is here now. */
  readonly data?: Tree;
  readonly rows: Int32Array;
  readonly batchSize: number;
  /** Before each of the steps. */
  readonly progress: readonly Progress[];
}

/** What came out: one value a step. Partial sums have the steps along axis 0. */
export interface ChunkReport {
  readonly losses: ArrayLike<number>;
  readonly partials: { readonly [name: string]: ArrayLike<number> };
  /** The learning rate of the last step, where the solver has one. */
  readonly rate?: number;
}
