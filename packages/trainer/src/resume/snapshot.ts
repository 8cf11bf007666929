import {
  type Callback,
  check,
  type HostTensors,
  type Json,
  type StoredModel,
  TensorError,
  type Tree,
} from "@nn/core";
import { named, numbersFromHost, numbersToHost, toHost, within } from "./host.ts";
import type { History } from "../run/journal.ts";
import { mapValues } from "./map-values.ts";
import type { FitOptions } from "../options.ts";
import type { Run } from "../run/run.ts";
import { describeRun, difference } from "./run-description.ts";

/** The version of what snapshots hold. */
const version = 1;

/** What a run goes on from: the content of a snapshot. */
export interface Saved {
  readonly parameters: HostTensors;
  readonly state: HostTensors;
  readonly memory: HostTensors;
  readonly step: number;
  readonly isStopped: boolean;
  /** The learning rate of the last step. */
  readonly rate: number;
  readonly history: History;
  readonly monitored: readonly number[];
  readonly figures: { readonly [name: string]: readonly number[] };
  readonly probed: { readonly [name: string]: number };
  /** What it was a run of, see `describeRun`. */
  readonly run: Json;
  /** What the callback of this name saved. */
  callback(name: string): StoredModel;
}

/** Everything that a run needs to go on from here to the same bits, in a form that `readSnapshot` understands. */
export async function takeSnapshot<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
  run: Run,
): Promise<StoredModel> {
  const { training, chunks, journal, figures, probed, progress, isStopped } = run;
  // All that changes is copied before anything is waited for.
  const { step } = chunks;
  const history = numbersToHost(journal.history);
  const numbers = numbersToHost({
    monitored: journal.monitored,
    rate: [progress.rate],
    ...named("figures/", figures?.save() ?? {}),
    ...named(
      "probes/",
      mapValues(probed, (value) => [value]),
    ),
  });
  const [parameters, state, memory, callbacks] = await Promise.all([
    toHost(training.parameters),
    toHost(training.state),
    toHost(training.memory),
    saveCallbacks(options.callbacks ?? []),
  ]);
  const { model, ...description } = describeRun(options, run);
  return {
    tensors: {
      ...named("parameters/", parameters),
      ...named("state/", state),
      ...named("memory/", memory),
      ...named("history/", history),
      ...named("run/", numbers),
      ...callbacks.tensors,
    },
    metadata: {
      model: model!,
      inputTypes: run.inputTypes as unknown as Json,
      run: {
        version,
        step,
        isStopped,
        options: description,
        callbacks: callbacks.metadata,
      },
    },
  };
}

/** Takes a snapshot apart, and refuses what is none. */
export function readSnapshot({ tensors, metadata }: StoredModel): Saved {
  const damaged = (): never => {
    throw new TensorError(
      "fit: resume: this is no snapshot of a run, or it is damaged; pass what readCheckpoint() or run.snapshot() gave",
    );
  };
  const run = objectOf(metadata["run"]) ?? damaged();
  check(
    run["version"] === version,
    () => `fit: resume: the snapshot has version ${run["version"]}, this package reads ${version}`,
  );
  const { step, isStopped } = run;
  const callbacks = objectOf(run["callbacks"]) ?? damaged();
  const numbers = numbersFromHost(within("run/", tensors));
  const history = numbersFromHost(within("history/", tensors));
  const { monitored, rate } = numbers;
  const { loss } = history;
  if (!(Number.isSafeInteger(step) && Number(step) >= 0 && typeof isStopped === "boolean"))
    return damaged();
  if (!loss || monitored?.length !== loss.length || rate?.length !== 1) return damaged();
  return {
    parameters: within("parameters/", tensors),
    state: within("state/", tensors),
    memory: within("memory/", tensors),
    step: Number(step),
    isStopped,
    rate: rate[0]!,
    monitored,
    history: { ...history, loss },
    figures: numbersFromHost(within("run/figures/", tensors)),
    probed: mapValues(numbersFromHost(within("run/probes/", tensors)), ([value]) => value!),
    run: { model: metadata["model"] ?? null, ...objectOf(run["options"]) },
    callback: (name) => ({
      tensors: within(placeOf(name), tensors),
      metadata: objectOf(callbacks[name]) ?? damaged(),
    }),
  };
}

/** Refuses to go on with a snapshot in a run with other options. */
export function checkSame<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
  run: Pick<Run, "data" | "validation" | "chunks" | "journal">,
  saved: Saved,
): void {
  const { stepsPerEpoch, total } = run.chunks;
  const found = difference(describeRun(options, run), saved.run);
  check(
    found === undefined,
    () => `fit: resume: ${found} when the snapshot was taken; pass the options of that run`,
  );
  const done = Math.ceil(saved.step / stepsPerEpoch);
  check(
    saved.step <= total,
    () => `fit: resume: epochs must be at least ${done}, which have begun, got ${options.epochs}`,
  );
  const { length } = saved.monitored;
  check(
    length * stepsPerEpoch <= saved.step && saved.step <= (length + 1) * stepsPerEpoch,
    () => `fit: resume: the snapshot is damaged: ${length} epochs are no ${saved.step} steps`,
  );
}

async function saveCallbacks(callbacks: readonly Callback[]): Promise<StoredModel> {
  const savers = callbacks.filter(({ save }) => save);
  const names = savers.map(({ name }) => name!);
  const saved = await Promise.all(savers.map(async (callback) => callback.save!()));
  return {
    tensors: Object.assign(
      {},
      ...saved.map(({ tensors }, i) => named(placeOf(names[i]!), tensors)),
    ),
    metadata: Object.fromEntries(saved.map(({ metadata }, i) => [names[i]!, metadata])),
  };
}

/** Where the tensors of a callback are. */
function placeOf(name: string): string {
  return `callbacks/${encodeURIComponent(name)}/`;
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json } | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json })
    : undefined;
}
