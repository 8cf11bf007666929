import { type Callback, type EpochReport, type Layer, type Tree, type Variables } from "@nn/core";
import type { DataSet, RowsTree } from "./data.ts";
import { evaluate } from "./evaluate.ts";
import { type Evaluation, newFigures } from "./figures.ts";
import { newPace } from "./pace.ts";
import { pause } from "./pause.ts";
import type { FaultError } from "./fault.ts";
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
  /** Why training ended: all epochs are done, a callback or the signal said so, or there was a fault or another error. */
  readonly ended: Ending | "fault" | "error";
  /** What the model returns for these inputs, as tensors; see `predict`. */
  predict(inputs: RowsTree): Out;
  /** The loss and metrics that it was trained with, over other data. */
  evaluate(data: DataSet): Promise<Evaluation>;
}

type Ending = "epochs" | "callback" | "signal";

/** The error of a run that met a value that is not finite, with what had been reached before. */
export interface FitFault<In extends Tree, Out extends Tree> extends FaultError {
  readonly result: FitResult<In, Out>;
}

/**
 * Trains a model. Data is uploaded once, steps run in chunks of about 10 ms, each of which is one program, and the same
 * options give the same result to the last bit. When a value is not finite, it throws a `FaultError` that names step
 * and layer. This and every other error of a run, such as that of a callback, has a `result` that holds everything as it
 * was before the chunk.
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
  const { training, chunks, data } = prepared;
  const { model, loss, metrics = [], backend, callbacks = [], epochs, signal } = options;
  const history: MutableHistory = { loss: [] };
  const tell: Tell = async (hook) => {
    for (const callback of callbacks) await hook(callback);
  };
  const resultOf = (ended: FitResult<In, Out>["ended"]): FitResult<In, Out> => {
    const { parameters, state } = training;
    const variables = { parameters, state };
    return {
      model,
      ...variables,
      history,
      epochs: history.loss.length,
      steps: chunks.step,
      ended,
      predict: (inputs) => predict(model, variables, inputs, { backend }),
      evaluate: (other) => evaluate(model, variables, other, { loss, metrics, backend }),
    };
  };
  /** Every callback gets to its end, and none of them hides why training failed. */
  const finish = async (): Promise<PromiseRejectedResult | undefined> => {
    for (const value of Object.values(training.memory)) value.dispose();
    prepared.release();
    const ends = await Promise.allSettled(callbacks.map(async (callback) => callback.end?.()));
    return ends.find((end) => end.status === "rejected");
  };
  /** The same error, which holds what was reached. */
  const withResult = (error: unknown): unknown => {
    if (error instanceof Error)
      Object.assign(error, { result: resultOf(error.name === "FaultError" ? "fault" : "error") });
    return error;
  };
  let ended: Ending;
  try {
    await tell((callback) =>
      callback.start?.({ epochs, stepsPerEpoch: chunks.stepsPerEpoch, rows: data.rows, training }),
    );
    const isEpochHeard = callbacks.some(({ epoch }) => epoch);
    ended = await train(prepared, history, tell, isEpochHeard, signal);
  } catch (error) {
    await finish();
    throw withResult(error);
  }
  const failed = await finish();
  if (failed) throw withResult(failed.reason);
  return resultOf(ended);
}

type MutableHistory = { loss: number[]; [name: string]: number[] };
type Tell = (hook: (callback: Callback) => unknown) => Promise<void>;

/** Runs chunk after chunk, and reports on them. */
async function train(
  { training, chunks, objective, probes, validate }: Prepared,
  history: MutableHistory,
  tell: Tell,
  isEpochHeard: boolean,
  signal: AbortSignal | undefined,
): Promise<Ending> {
  const { stepsPerEpoch, total } = chunks;
  const figures = newFigures(objective.metrics);
  const pace = newPace();
  const probed: Record<string, number> = {};
  const record = ({ loss, metrics }: Evaluation): void => {
    history.loss.push(loss);
    for (const name in metrics) (history[name] ??= []).push(metrics[name]!);
    chunks.monitored.push(metrics["validation/loss"] ?? loss);
  };
  const endEpoch = async (at: Pick<EpochReport, "step" | "epoch" | "rate">): Promise<boolean> => {
    const { loss, metrics: own } = figures.finish();
    const metrics: Record<string, number> = { ...own };
    if (validate) {
      const validation = await validate(training);
      metrics["validation/loss"] = validation.loss;
      for (const name in validation.metrics)
        metrics[`validation/${name}`] = validation.metrics[name]!;
    }
    record({ loss, metrics });
    const { parameters } = training;
    const report = { ...at, loss, metrics, probes: { ...probed }, parameters };
    let stops = false;
    await tell(async (callback) => {
      if ((await callback.epoch?.(report)) === "stop") stops = true;
    });
    return stops;
  };

  let paused = performance.now();
  while (chunks.step < total) {
    if (signal?.aborted) return "signal";
    const wasWatched = chunks.isWatched;
    const isWithin = wasWatched || isEpochHeard || validate !== undefined;
    const chunk = chunks.next(pace.steps(), isWithin);
    const steps = chunk.progress.length;
    const started = performance.now();
    let report;
    try {
      report = await training.run(chunk);
    } catch (error) {
      // A schedule asked for what was monitored in an epoch that this chunk was to end.
      if (chunks.isWatched && !wasWatched) continue;
      throw error;
    }
    const ended = performance.now();
    if (chunk.batchSize === chunks.batchSize) pace.measured(steps, ended - started);

    let sum = 0;
    let isEpoch = false;
    for (let i = 0; i < steps; i++) {
      figures.add(report, i, steps, chunk.batchSize);
      sum += report.losses[i]!;
      for (const { name, every } of probes)
        if (chunks.step % every === 0) probed[name] = report.partials[`probe/${name}`]![i]!;
      isEpoch = ++chunks.step % stepsPerEpoch === 0;
      if (isEpoch && !isWithin) record(figures.finish());
    }
    const epoch = chunks.step / stepsPerEpoch;
    const at = { step: chunks.step, epoch, loss: sum / steps, rate: report.rate ?? Number.NaN };
    await tell((callback) => callback.progress?.(at));
    if (isEpoch && isWithin && (await endEpoch(at))) return "callback";
    if (ended - paused < 8) continue;
    await pause();
    paused = performance.now();
  }
  return "epochs";
}
