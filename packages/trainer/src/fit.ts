import type { Callback, Layer, RunInfo, Tree, Variables } from "@nn/core";
import type { DataSet, RowsTree } from "./data/data.ts";
import type { FaultError } from "./solver/fault.ts";
import type { Evaluation } from "./evaluate/figures.ts";
import type { InputTypes } from "./data/input-types.ts";
import type { History } from "./run/journal.ts";
import type { FitOptions } from "./options.ts";
import { predict } from "./evaluate/predict.ts";
import { prepare } from "./prepare.ts";
import type { DataStream } from "./stream/stream.ts";
import { type Ending, type Tell, train } from "./run/train.ts";

/** What training came to. It can be passed on as the model's variables. */
export interface FitResult<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  /** What the model takes, for `storeModel`. */
  readonly inputTypes: InputTypes;
  readonly history: History;
  /** Epochs and steps that were done. */
  readonly epochs: number;
  readonly steps: number;
  /** The number of the best epoch, by the figure that was monitored; 0 where there is none. */
  readonly best: number;
  /** Why training ended: all epochs are done, a callback or the signal said so, or there was a fault or another error. */
  readonly ended: Ending | "fault" | "error";
  /** What the model returns for these inputs, as tensors; see `predict`. */
  predict(inputs: RowsTree): Out;
  /** The loss and metrics that it was trained with, over other data. */
  evaluate(data: DataSet | DataStream): Promise<Evaluation>;
}

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
  const run = await prepare(options);
  const { training, chunks, data, journal, declarations, saved } = run;
  const { model, loss, metrics = [], backend, callbacks = [], epochs, signal } = options;
  const { history, monitor } = journal;
  const ordered = [
    ...callbacks.filter(({ save }) => save),
    ...callbacks.filter(({ save }) => !save),
  ];
  /** Those that have started, the last one first, which is how they end. */
  const started: Callback[] = [];
  const tell: Tell = async (hook) => {
    for (const callback of ordered) await hook(callback);
  };
  const resultOf = (ended: FitResult<In, Out>["ended"]): FitResult<In, Out> => {
    const { parameters, state } = training;
    const variables = { parameters, state };
    return {
      model,
      ...variables,
      inputTypes: run.inputTypes,
      history,
      epochs: history.loss.length,
      steps: chunks.step,
      best: journal.best,
      ended,
      predict: (inputs) => predict(model, variables, inputs, { backend }),
      async evaluate(other) {
        const { evaluate } = await import("./evaluate/evaluate.ts");
        return evaluate(model, variables, other, { loss, metrics, backend });
      },
    };
  };
  /** Every callback that has started gets to its end, and none of them hides why training failed. */
  const finish = async (ended: FitResult<In, Out>["ended"]): Promise<unknown[]> => {
    const failures: unknown[] = [];
    for (const callback of started)
      try {
        await callback.end?.(ended);
      } catch (error) {
        failures.push(error);
      }
    for (const value of Object.values(training.memory)) value.dispose();
    await run.release().catch((error: unknown) => failures.push(error));
    return failures;
  };
  /** The same error, which holds what was reached. */
  const withResult = (error: unknown): unknown => {
    Reflect.set(Object(error), "result", resultOf(endingOf(error)));
    return error;
  };
  // Callbacks take snapshots between chunks, and must not have to wait for how.
  const snapshots = callbacks.length > 0 ? await import("./resume/snapshot.ts") : undefined;
  const info: RunInfo = {
    epochs,
    stepsPerEpoch: chunks.stepsPerEpoch,
    rows: data.rows,
    step: chunks.step,
    monitor,
    backend,
    declarations,
    training,
    snapshot: () => snapshots!.takeSnapshot(options, run),
  };
  let ended: Ending;
  try {
    await tell(async (callback) => {
      await callback.start?.(info);
      started.unshift(callback);
      if (saved && callback.save) await callback.restore!(saved.callback(callback.name!));
    });
    const isEpochHeard = callbacks.some(({ epoch }) => epoch);
    ended = await train(run, tell, isEpochHeard, signal);
  } catch (error) {
    await finish(endingOf(error));
    throw withResult(error);
  }
  const failures = await finish(ended);
  if (failures.length > 0) throw withResult(failures[0]);
  return resultOf(ended);
}

function endingOf(error: unknown): "fault" | "error" {
  return (error as Error | undefined)?.name === "FaultError" ? "fault" : "error";
}
