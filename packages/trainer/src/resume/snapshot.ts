import type { Callback, Json, StoredModel, Tree } from "@nn/core";
import type { FitOptions } from "../options.ts";
import type { Run } from "../run/run.ts";
import { mapValues, named, numbersToHost, toHost } from "./host.ts";
import { describeRun } from "./run-description.ts";

/** The version of what snapshots hold. */
export const version = 1;

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
export function placeOf(name: string): string {
  return `callbacks/${encodeURIComponent(name)}/`;
}
