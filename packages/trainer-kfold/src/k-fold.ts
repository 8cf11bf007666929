import type { Layer, Tree } from "@nn/core";
import { assemble } from "./assemble.ts";
import type { AnyOptions, FoldInfo, KFoldOptions } from "./options.ts";
import { renewablePlan } from "./renewable-plan.ts";
import type { KFoldResult } from "./result.ts";
import { runAll } from "./run-all.ts";

/**
 * Trains a model, or several, for each fold of the data and judges it by the rows that were held back.
 *
 * Every fold starts anew, with a seed of its own: `seed + fold · 2³²`, so that fold 0 trains as `fit` does, and what
 * folds differ by includes the luck of first values; a further member has `seed + (member · folds + fold) · 2³²`, and the
 * same rows. Which rows a fold holds back follows from `seed`, too, unless its splitter has one of its own. Whatever is
 * fitted, as a pipeline is, sees the training rows of its fold alone, once for all members. The same options give the same
 * bits, with folds here or on an executor, in sequence or in parallel.
 *
 * When the signal is aborted, folds end within about 10 ms, and the result is made of those that finished, with all of
 * their members; where none has, the signal's reason is thrown. When a fold fails, the others are ended and a `FoldError`
 * is thrown, whose `cause` is the reason and whose `result` has those that finished.
 *
 * When the device is lost, as that of a GPU can be, it goes on, once, on a new one, to the same bits, if the data is arrays
 * or a table: models that are done stay done, the one that was being trained goes on from its last snapshot, as `fit` does
 * it, and all of them are on the new device in the end; closing the backend closes that, too. After a second loss, the
 * cause of the `FoldError` is a `DeviceLostError`, and the models in its `result` are on a third device, where there is
 * one.
 *
 * ```ts
 * const result = await kFold({
 *   folds: 8, data: table, target: "price", pipeline: houses,
 *   model: ({ inputs }) => sequential([dense(inputs + 1, { activation: tanh() }), dense(1)]),
 *   loss: mse(), metrics: [r2()], optimizer: momentum({ learningRate: 0.1 }), epochs: 500, backend: wasm(),
 * });
 * result.metrics.r2; // { mean, standardDeviation, interval, … }
 * ```
 */
export async function kFold<In extends Tree, Out extends Tree, Target extends Tree>(
  options: KFoldOptions<In, Out, Target, (fold: FoldInfo) => Layer<In, Out>>,
): Promise<KFoldResult<In, Out>>;
export async function kFold<In extends Tree, Out extends Tree, Target extends Tree>(
  options: KFoldOptions<In, Out, Target>,
): Promise<KFoldResult<In, Out>>;
export async function kFold<In extends Tree, Out extends Tree, Target extends Tree>(
  options: KFoldOptions<In, Out, Target>,
): Promise<KFoldResult<In, Out>> {
  const plans = renewablePlan(options as unknown as AnyOptions);
  try {
    const { finished, failure } = await runAll(plans, options.signal);
    if (finished.length === 0) {
      if (failure) throw failure;
      options.signal?.throwIfAborted();
    }
    const work = plans.conclude((plan) => assemble(plan, finished, failure));
    const result = await work.catch((error: unknown) => {
      throw failure ?? error;
    });
    if (failure) throw Object.assign(failure, { result });
    return result as unknown as KFoldResult<In, Out>;
  } finally {
    await plans.release();
  }
}
