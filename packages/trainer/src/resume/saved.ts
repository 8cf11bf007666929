import {
  type Backend,
  check,
  type Declaration,
  type Json,
  type StoredModel,
  TensorError,
  type Training,
  type Tree,
  type Variables,
} from "@nn/core";
import type { FitOptions } from "../options.ts";
import type { Lists } from "../run/journal.ts";
import type { Run } from "../run/run.ts";
import { checkFit } from "../run/variables.ts";
import { fromHost, isStored, mapValues, numbersFromHost, within } from "./host.ts";
import { describeRun, difference } from "./run-description.ts";
import { placeOf, version } from "./snapshot.ts";

/** What a run goes on from: the content of a snapshot. */
export interface Saved {
  readonly step: number;
  readonly isStopped: boolean;
  /** The learning rate of the last step. */
  readonly rate: number;
  /** These belong to the run that goes on. */
  readonly history: Lists;
  readonly figures: { [name: string]: number[] };
  readonly probed: { [name: string]: number };
  readonly monitored: readonly number[];
  /** Refuses to go on in a run with other options. */
  checkSame<In extends Tree, Out extends Tree, Target extends Tree>(
    options: FitOptions<In, Out, Target>,
    run: Pick<Run, "data" | "validation" | "chunks" | "journal">,
  ): void;
  /** The variables, on a backend. */
  variables(backend: Backend, declarations: readonly Declaration[]): Variables;
  /** Gives a training run the optimizer's state. */
  restore(backend: Backend, training: Training): void;
  /** What the callback of this name saved. */
  callback(name: string): StoredModel;
}

/** Takes a snapshot apart, and refuses what is none. */
export function readSnapshot(stored: StoredModel): Saved {
  const damaged = (): never => {
    throw new TensorError(
      "fit: resume: this is no snapshot of a run, or it is damaged; pass what readCheckpoint() or run.snapshot() gave",
    );
  };
  if (!isStored(stored)) return damaged();
  const { tensors, metadata } = stored;
  const run = objectOf(metadata["run"]) ?? damaged();
  check(
    run["version"] === version,
    () => `fit: resume: the snapshot has version ${run["version"]}, this package reads ${version}`,
  );
  const { step: done, isStopped } = run;
  const step = Number(done);
  const callbacks = objectOf(run["callbacks"]) ?? damaged();
  const { monitored, rate } = numbersFromHost(within("run/", tensors));
  const history = numbersFromHost(within("history/", tensors));
  const { loss } = history;
  if (!(Number.isSafeInteger(done) && step >= 0 && typeof isStopped === "boolean"))
    return damaged();
  if (!loss || !monitored || rate?.length !== 1) return damaged();
  for (const { length } of [monitored, ...Object.values(history)])
    if (length !== loss.length) return damaged();
  const parameters = within("parameters/", tensors);
  const state = within("state/", tensors);
  return {
    step,
    isStopped,
    rate: rate[0]!,
    monitored,
    history: { ...history, loss },
    figures: numbersFromHost(within("run/figures/", tensors)),
    probed: mapValues(numbersFromHost(within("run/probes/", tensors)), ([value]) => value!),
    checkSame(options, current) {
      const saved = { model: metadata["model"] ?? null, ...objectOf(run["options"]) };
      const found = difference(describeRun(options, current), saved);
      check(
        found === undefined,
        () => `fit: resume: ${found} when the snapshot was taken; pass the options of that run`,
      );
      const { stepsPerEpoch, total } = current.chunks;
      const begun = Math.ceil(step / stepsPerEpoch);
      check(
        step <= total,
        () =>
          `fit: resume: epochs must be at least ${begun}, which have begun, got ${options.epochs}`,
      );
      const { length } = monitored;
      check(
        length * stepsPerEpoch <= step && step <= (length + 1) * stepsPerEpoch,
        () => `fit: resume: the snapshot is damaged: ${length} epochs are no ${step} steps`,
      );
    },
    variables(backend, declarations) {
      checkFit("fit: the snapshot's variables", declarations, { parameters, state });
      return {
        parameters: fromHost("fit: resume", backend, parameters),
        state: fromHost("fit: resume", backend, state),
      };
    },
    restore(backend, training) {
      const memory = fromHost("fit: resume: memory", backend, within("memory/", tensors));
      try {
        training.restore(training.parameters, training.state, memory);
      } finally {
        for (const value of Object.values(memory)) value.dispose();
      }
    },
    callback: (name) => ({
      tensors: within(placeOf(name), tensors),
      metadata: objectOf(callbacks[name]) ?? damaged(),
    }),
  };
}

function objectOf(value: Json | undefined): { readonly [name: string]: Json } | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json })
    : undefined;
}
