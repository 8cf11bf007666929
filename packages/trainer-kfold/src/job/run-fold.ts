import {
  type Backend,
  corePlugins,
  decode,
  type Described,
  type HostTensors,
  type JobContext,
  type JobModule,
  type JobResult,
  type Json,
  type Plugin,
  type UnopenedBackend,
} from "@nn/core";
import { type DataSet, plugins as trainerPlugins, renewable } from "@nn/trainer";
import { deviceLost, snapshotOf } from "../device-lost.ts";
import { type FoldStore, savingTo } from "../store.ts";
import { leavesOf, toBackend, unprefixed } from "./host-tree.ts";
import { fitPlugin, type FoldSpec } from "./job.ts";
import { reporting, reportToJson } from "./report.ts";
import { type FoldFit, packFold, type TrainedFold, trainFold } from "./train-fold.ts";

/**
 * Trains a fold in an executor's job. The module at `entry` exports it as `run`, beside the plugins of everything that
 * the folds are made of; those of `@nn/core` and `@nn/trainer` are known:
 *
 * ```ts
 * import { plugins as backend } from "@nn/backend-wasm";
 * import { plugins as layers } from "@nn/layers-dense";
 * import { plugins as losses } from "@nn/losses";
 * import { plugins as optimizers } from "@nn/optimizers";
 *
 * export { runFold as run } from "@nn/trainer-kfold";
 * export const plugins = [...backend, ...layers, ...losses, ...optimizers];
 * ```
 *
 * A backend that has an option `threads` gets the job's budget; one that has to be opened is opened in the job, and
 * closed with it. Where its device is lost, the job goes on, once, on another one.
 */
export function runFold(spec: Json, tensors: HostTensors, context: JobContext): Promise<JobResult> {
  return runWith(undefined, spec, tensors, context);
}

/**
 * Like `runFold`, with a store of its own for snapshots: stores cannot be sent to jobs. It has to lead to the same place
 * as the one that `kFold` is given; without it, folds that were interrupted on an executor begin again.
 *
 * ```ts
 * export const run = foldRunner({ store: folder("folds", { format: safetensors() }) });
 * ```
 */
export function foldRunner({ store }: { readonly store: FoldStore }): JobModule["run"] {
  return (spec, tensors, context) => runWith(store, spec, tensors, context);
}

async function runWith(
  store: FoldStore | undefined,
  spec: Json,
  tensors: HostTensors,
  context: JobContext,
): Promise<JobResult> {
  const { signal, send } = context;
  const plugins = [...corePlugins, ...trainerPlugins, fitPlugin, ...context.plugins];
  const {
    backend: encoded,
    fit,
    data,
    validation,
    resume,
    place,
    isObserved,
  } = spec as unknown as FoldSpec;
  const options = decode(fit, plugins).config as unknown as FoldFit;
  const made = backendOf(encoded, context.threads, plugins);
  const first = "executable" in made ? made : await made.open();
  const device = renewable({
    backend: first,
    uploads: () => ({}),
    failed: (why, cause) => deviceLost("the device of a job", why, cause),
    signal,
  });
  const saving = place && store ? [savingTo({ ...place, store })] : [];
  const watching = isObserved ? [reporting((report) => send(reportToJson(report)))] : [];
  const callbacks = [...(options.callbacks ?? []), ...saving, ...watching];
  let snapshot = resume ? { metadata: resume, tensors: unprefixed("resume", tensors) } : undefined;
  const trainOn = async (backend: Backend): Promise<TrainedFold> => {
    const take = (name: string, form: Json): DataSet =>
      toBackend(backend, { form, leaves: leavesOf(name, tensors) }) as unknown as DataSet;
    try {
      return await trainFold({
        ...options,
        backend,
        data: take("data", data),
        validation: take("validation", validation),
        callbacks,
        signal,
        ...(snapshot && { resume: snapshot }),
      });
    } catch (error) {
      snapshot = snapshotOf(error) ?? snapshot;
      throw error;
    }
  };
  try {
    return packFold(await device.attempt(trainOn));
  } finally {
    await first.close?.();
  }
}

/** The backend with as many threads as the job may use; some have no such option, and may say so. */
function backendOf(
  json: Json,
  threads: number,
  plugins: readonly Plugin[],
): Backend | UnopenedBackend {
  const { kind, config } = json as unknown as Described;
  const make = (one: Described): Described => decode(one as unknown as Json, plugins);
  try {
    return make({ kind, config: { ...config, threads } }) as Backend | UnopenedBackend;
  } catch {
    return make({ kind, config }) as Backend | UnopenedBackend;
  }
}
