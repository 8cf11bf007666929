import {
  check,
  type Config,
  type Described,
  encode,
  type Executor,
  type Job,
  type Json,
  type Plugin,
  type StoredModel,
  TensorError,
  type Tree,
} from "@nn/core";
import { kindOf } from "../kind.ts";
import type { Keeping } from "../store.ts";
import { prefixed, toHost } from "./host-tree.ts";
import { reportFromJson, type Told } from "./report.ts";
import { type FoldFit, type PackedFold, type TrainedFold, unpackFold } from "./train-fold.ts";

/** Where folds run. */
export interface Place {
  readonly executor: Executor;
  readonly entry: string;
  readonly threads?: number;
}

/** What a job is told; tensors are apart. */
export interface FoldSpec {
  readonly backend: Json;
  /** Everything else that `fit` is told, as one described value. */
  readonly fit: Json;
  readonly data: Json;
  readonly validation: Json;
  /** The metadata of a snapshot to go on from. */
  readonly resume: StoredModel["metadata"] | null;
  /** Whether somebody wants to be told how it goes. */
  readonly isObserved: boolean;
  /** Under which name to keep snapshots, in the store that the job's module has. */
  readonly place: Omit<Keeping, "store"> | null;
}

/** The kind that options of `fit` have while they travel. */
const fitKind = kindOf("fit");

/** Makes options of what has arrived. */
export const fitPlugin: Plugin = {
  kind: fitKind,
  contract: 1,
  create: (config) => ({ kind: fitKind, config }),
};

/** Trains a fold on an executor. */
export async function runElsewhere(
  place: Place,
  options: FoldFit,
  told: Told | undefined,
  keeping: Keeping | undefined,
): Promise<TrainedFold> {
  const { executor, entry, threads } = place;
  const job: Job = {
    entry,
    ...(await describeJob(options, keeping, told !== undefined)),
    ...(threads !== undefined && { threads }),
  };
  const { signal } = options;
  const failure = new AbortController();
  // Observers are told one thing after the other, and the job ends when one of them fails.
  let heard = Promise.resolve();
  const onMessage = (message: Json): void => {
    heard = heard.then(() => told?.(reportFromJson(message)));
    heard.catch((error: unknown) => failure.abort(error));
  };
  const result = await executor.run(job, {
    signal: signal ? AbortSignal.any([signal, failure.signal]) : failure.signal,
    onMessage,
  });
  await heard;
  return unpackFold(result as PackedFold);
}

/** A fold as JSON and tensors. */
async function describeJob(
  options: FoldFit,
  keeping: Keeping | undefined,
  isObserved: boolean,
): Promise<Pick<Job, "spec" | "tensors">> {
  const { backend, data, validation, resume, signal: _, ...rest } = options;
  const { model, loss, optimizer, metrics = [], callbacks = [] } = options;
  checkDescribed({ model, loss, optimizer });
  checkDescribed(Object.fromEntries(metrics.map((metric, i) => [`metrics[${i}]`, metric])));
  checkDescribed(Object.fromEntries(callbacks.map((callback, i) => [`callbacks[${i}]`, callback])));
  const [train, held] = await Promise.all([
    toHost(data as unknown as Tree),
    toHost(validation as unknown as Tree),
  ]);
  const spec: FoldSpec = {
    backend: encodeOption("backend", backend),
    fit: encodeOption("the options", { kind: fitKind, config: rest as unknown as Config }),
    data: train.form,
    validation: held.form,
    resume: resume?.metadata ?? null,
    isObserved,
    place: keeping ? { name: keeping.name, identity: keeping.identity } : null,
  };
  return {
    spec: spec as unknown as Json,
    tensors: {
      ...prefixed("data", train.leaves),
      ...prefixed("validation", held.leaves),
      ...prefixed("resume", resume?.tensors ?? {}),
    },
  };
}

/** Refuses values without a kind, of which nothing would be left. */
function checkDescribed(values: { readonly [name: string]: object }): void {
  for (const [name, value] of Object.entries(values)) {
    const { kind, config } = Object(value) as Partial<Described>;
    check(
      typeof kind === "string" && config !== undefined,
      () =>
        `kFold: ${name} cannot be sent to an executor, since it has no kind and config; give it both and a plugin in the ` +
        "entry, or leave out `executor`, to train here",
    );
  }
}

/** Says what to do about a value that cannot travel. */
function encodeOption(name: string, value: Described): Json {
  try {
    return encode(value);
  } catch (error) {
    const reason = String((error as Error).message)
      .replace(/^encode: /, "")
      .replace(`${fitKind}.`, "");
    throw new TensorError(
      `kFold: ${name} cannot be sent to an executor: ${reason}; or leave out \`executor\`, to train here`,
      { cause: error },
    );
  }
}
