import {
  type Callback,
  type EpochReport,
  type FaultError,
  flatten,
  isFloat,
  type Layer,
  type Tree,
  type Variables,
} from "@nn/core";
import type { Batch, DataSet, RowsTree } from "./data.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { Figures } from "./figures.ts";
import { Pace } from "./pace.ts";
import { pause } from "./pause.ts";
import { predict } from "./predict.ts";
import { type FitOptions, prepare, type Prepared } from "./prepare.ts";

/** Figures by epoch: `loss`, metrics by their name, and those of the validation as `validation/loss` and so on. */
export interface History {
  readonly loss: readonly number[];
  readonly [name: string]: readonly number[];
}

/** What training came to. It can be passed on as the model's variables. */
export interface FitResult<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  readonly history: History;
  /** Epochs and steps that were done. */
  readonly epochs: number;
  readonly steps: number;
  /** Why training ended: all epochs are done, a callback said so, the signal did, or a value was not finite. */
  readonly ended: "epochs" | "callback" | "signal" | "fault";
  /** What the model returns for these inputs, as tensors; see `predict`. */
  predict(inputs: RowsTree): Out;
  /** The loss and metrics that it was trained with, over other data. */
  evaluate(data: DataSet): Promise<Evaluation>;
}

/** The error of a run that met a value that is not finite, with what had been reached before. */
export interface FitFault<In extends Tree, Out extends Tree> extends FaultError {
  readonly result: FitResult<In, Out>;
}

/**
 * Trains a model. Data is uploaded once, steps run in chunks of about 10 ms, each of which is one program, and the same
 * options give the same result to the last bit. When a value is not finite, it throws a `FaultError` that names step
 * and layer, whose `result` holds everything as it was before the chunk.
 *
 * ```ts
 * const result = await fit({
 *   backend: js(), model: sequential([dense(3, { activation: tanh() }), dense(1)]),
 *   data: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]] },
 *   loss: mse(), optimizer: momentum({ learningRate: 0.1 }), epochs: 1000, seed: 7,
 * });
 * await result.predict([[0, 1]]).read(); // close to 1
 * ```
 */
export async function fit<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<FitResult<In, Out>> {
  const prepared = await prepare(options);
  const { training, chunks, data, settings } = prepared;
  const run = new Run(prepared);
  const resultOf = (ended: FitResult<In, Out>["ended"]): FitResult<In, Out> => {
    const { model } = options;
    const { parameters, state } = training;
    const { loss, metrics } = options;
    return {
      model,
      parameters,
      state,
      history: run.history,
      epochs: run.history.loss.length,
      steps: chunks.step,
      ended,
      predict: (inputs) =>
        predict(model, { parameters, state }, inputs, { backend: settings.backend }),
      evaluate: (other) =>
        evaluate(model, { parameters, state }, other, {
          loss,
          ...(metrics && { metrics }),
          backend: settings.backend,
        }),
    };
  };
  try {
    return resultOf(await run.train(options.signal));
  } catch (error) {
    if (!(error instanceof Error && error.name === "FaultError")) throw error;
    const fault = error as FaultError;
    if (fault.fault?.path === "") fault.message += await badRow(data.tree);
    throw Object.assign(fault, { result: resultOf("fault") });
  } finally {
    for (const value of Object.values(training.memory)) value.dispose();
    prepared.release();
  }
}

/** The loop over chunks, and what is known in between. */
class Run {
  readonly history: { loss: number[]; [name: string]: number[] } = { loss: [] };
  private readonly prepared: Prepared;
  private readonly figures: Figures;
  private readonly pace = new Pace();
  /** The latest value of each probe. */
  private probes: Record<string, number> = {};

  constructor(prepared: Prepared) {
    this.prepared = prepared;
    this.figures = new Figures(prepared.settings.objective.metrics);
  }

  async train(signal: AbortSignal | undefined): Promise<"epochs" | "callback" | "signal"> {
    const { chunks, settings } = this.prepared;
    const { stepsPerEpoch } = chunks;
    try {
      const rows = this.prepared.data.rows;
      await this.tell((callback) =>
        callback.start?.({ epochs: settings.epochs, stepsPerEpoch, rows }),
      );
      let paused = performance.now();
      while (chunks.step < chunks.total) {
        if (signal?.aborted) return "signal";
        if (await this.chunk()) return "callback";
        if (performance.now() - paused < 8) continue;
        await pause();
        paused = performance.now();
      }
      return "epochs";
    } finally {
      await this.tell((callback) => callback.end?.());
    }
  }

  /** Runs a chunk and reports on it; true when a callback wants to stop. */
  private async chunk(): Promise<boolean> {
    const { training, chunks, settings, probes, validate } = this.prepared;
    const wasWatched = chunks.isWatched;
    const endsMatter =
      wasWatched || validate !== undefined || settings.callbacks.some(({ epoch }) => epoch);
    const chunk = chunks.next(this.pace.steps, endsMatter);
    const steps = chunk.progress.length;
    const started = performance.now();
    let report;
    try {
      report = await training.run(chunk);
    } catch (error) {
      // A schedule asked for what was monitored in an epoch that this chunk was to end.
      if (chunks.isWatched && !wasWatched) return false;
      throw error;
    }
    const isFull = chunk.batchSize === chunks.sizeOf(0);
    if (isFull) this.pace.measured(steps, performance.now() - started);
    let total = 0;
    let isLast = false;
    for (let i = 0; i < steps; i++) {
      this.figures.add(report, i, steps, chunk.batchSize);
      total += report.losses[i]!;
      for (const { name, every } of probes)
        if (chunks.step % every === 0) this.probes[name] = report.partials[`probe/${name}`]![i]!;
      chunks.step++;
      isLast = chunks.step % chunks.stepsPerEpoch === 0;
      if (isLast && !(endsMatter && i === steps - 1)) this.record(this.figures.finish());
    }
    const at = {
      step: chunks.step,
      epoch: chunks.step / chunks.stepsPerEpoch,
      loss: total / steps,
      rate: report.rate ?? Number.NaN,
    };
    await this.tell((callback) => callback.progress?.(at));
    return isLast && endsMatter ? this.endEpoch(at) : false;
  }

  private async endEpoch(at: Pick<EpochReport, "step" | "epoch" | "rate">): Promise<boolean> {
    const { training, validate } = this.prepared;
    const { loss, metrics } = this.figures.finish();
    const all: Record<string, number> = { ...metrics };
    if (validate) {
      const validation = await validate(training);
      all["validation/loss"] = validation.loss;
      for (const name in validation.metrics) all[`validation/${name}`] = validation.metrics[name]!;
    }
    this.record({ loss, metrics: all });
    const report: EpochReport = {
      ...at,
      loss,
      metrics: all,
      probes: { ...this.probes },
      parameters: training.parameters,
    };
    let stops = false;
    await this.tell(async (callback) => {
      if ((await callback.epoch?.(report)) === "stop") stops = true;
    });
    return stops;
  }

  private record({ loss, metrics }: Evaluation): void {
    const { history } = this;
    history.loss.push(loss);
    for (const name in metrics) (history[name] ??= []).push(metrics[name]!);
    this.prepared.chunks.monitored.push(metrics["validation/loss"] ?? loss);
  }

  private async tell(hook: (callback: Callback) => unknown): Promise<void> {
    for (const callback of this.prepared.settings.callbacks) await hook(callback);
  }
}

/** Where the data itself is not finite, as an addition to an error message. */
async function badRow(data: Batch): Promise<string> {
  const { leaves, paths } = flatten(data);
  for (const [i, leaf] of leaves.entries()) {
    if (leaf.source.state !== "value" || !isFloat(leaf.dtype)) continue;
    const at = (await leaf.read()).findIndex((value) => !Number.isFinite(value));
    const width = leaf.size / leaf.shape[0]!;
    if (at >= 0) return `; row ${Math.floor(at / width)} of ${paths[i]} holds such a value`;
  }
  return "";
}
