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
import type { Run } from "./run/run.ts";
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
 * Where a device can be lost, as those of GPUs can, a snapshot is kept outside of it, some seconds old. Once, training
 * goes on from there on a new device, where the result is then, to the same bits, if data is arrays or a stream; closing
 * the backend closes that, too. A device that was lost before the run does not count. To callbacks, a run has ended and
 * another one resumes it: they hear `end`, `start` with the steps of the snapshot, and of those after it again; those that
 * save something are restored. Otherwise it throws a `DeviceLostError`, whose `snapshot` can be passed as `resume`.
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
  return options?.backend?.lost
    ? (await import("./resume/fit-renewed.ts")).fitRenewed(options, fitOnce)
    : fitOnce(options);
}

/** Trains on one device, as long as it is there. */
async function fitOnce<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<FitResult<In, Out>> {
  const run = await prepare(options);
  const { training, chunks, data, journal, declarations, saved } = run;
  const { backend, callbacks = [], epochs, signal } = options;
  const ordered = [
    ...callbacks.filter(({ save }) => save),
    ...callbacks.filter(({ save }) => !save),
  ];
  /** Those that have started, the last one first, which is how they end. */
  const started: Callback[] = [];
  const tell: Tell = async (hook) => {
    for (const callback of ordered) await hook(callback);
  };
  // Callbacks take snapshots between chunks, and must not have to wait for how.
  const snapshots = callbacks.length > 0 ? await import("./resume/snapshot.ts") : undefined;
  const info: RunInfo = {
    epochs,
    stepsPerEpoch: chunks.stepsPerEpoch,
    rows: data.rows,
    step: chunks.step,
    monitor: journal.monitor,
    backend,
    declarations,
    training,
    snapshot: () => snapshots!.takeSnapshot(options, run),
  };
  const failures: unknown[] = [];
  let ended: FitResult<In, Out>["ended"] = "error";
  const attempt = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
      ended = (failures[0] as Error | undefined)?.name === "FaultError" ? "fault" : "error";
    }
  };
  await attempt(async () => {
    await tell(async (callback) => {
      await callback.start?.(info);
      started.unshift(callback);
      if (saved && callback.save) await callback.restore!(saved.callback(callback.name!));
    });
    const isEpochHeard = callbacks.some(({ epoch }) => epoch);
    ended = await train(run, tell, isEpochHeard, signal);
  });
  // Every callback that has started gets to its end, and none of them hides why training failed.
  const reason = ended;
  for (const callback of started) await attempt(() => callback.end?.(reason));
  for (const value of Object.values(training.memory)) value.dispose();
  await attempt(run.release);
  const result = resultOf(options, run, ended);
  if (failures.length === 0) return result;
  Reflect.set(Object(failures[0]), "result", result);
  throw failures[0];
}

/** What a run came to, which holds on to nothing else of it, such as data and snapshots. */
function resultOf<In extends Tree, Out extends Tree, Target extends Tree>(
  { model, loss, metrics = [], backend }: FitOptions<In, Out, Target>,
  { training: { parameters, state }, inputTypes, journal: { history, best }, chunks }: Run,
  ended: FitResult<In, Out>["ended"],
): FitResult<In, Out> {
  const variables = { parameters, state };
  return {
    model,
    ...variables,
    inputTypes,
    history,
    epochs: history.loss.length,
    steps: chunks.step,
    best,
    ended,
    predict: (inputs) => predict(model, variables, inputs, { backend }),
    async evaluate(other) {
      const { evaluate } = await import("./evaluate/evaluate.ts");
      return evaluate(model, variables, other, { loss, metrics, backend });
    },
  };
}
