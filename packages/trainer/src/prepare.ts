import {
  applyModel,
  type Backend,
  type Declaration,
  describe,
  foldIn,
  type HostTensors,
  initialize,
  type Layer,
  mapTree,
  mul,
  place,
  type Probe,
  type Problem,
  randomKey,
  reshape,
  sqrt,
  type Tensor,
  type TensorMap,
  type Training,
  type Tree,
  type Variables,
  zeros,
} from "@nn/core";
import { newChunks } from "./run/chunks.ts";
import type { Batch } from "./data/data.ts";
import { newFigures } from "./evaluate/figures.ts";
import { firstOrder } from "./solver/first-order.ts";
import { fromHost } from "./resume/host.ts";
import { inputTypesOf } from "./data/input-types.ts";
import { findMonitor, newJournal } from "./run/journal.ts";
import { judge, type Objective } from "./evaluate/objective.ts";
import { checkOptions, type FitOptions } from "./options.ts";
import type { Run } from "./run/run.ts";
import { checkSame, readSnapshot, type Saved } from "./resume/snapshot.ts";
import { openSources } from "./data/source.ts";
import { checkFit, copyTo } from "./run/variables.ts";

/** Checks the options, puts the data on the backend and draws the first values. */
export async function prepare<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Run> {
  checkOptions(options);
  const { backend, epochs, optimizer, shuffle = true, seed = 0, dtype = "f32" } = options;
  const { metrics = [], exactFigures = false } = options;
  const monitor = findMonitor(metrics, options.validation !== undefined, options.monitor);
  const objective = { loss: options.loss, metrics } as unknown as Objective;
  const saved = options.resume && readSnapshot(options.resume);
  const model = options.model as unknown as Layer<Tree, Tree>;
  const { lint = true, batchSize: wantedSize = 32 } = options;
  const { data, validation, release } = await openSources(options.data, options.validation, seed, {
    backend,
    dtype,
    lint,
    epochs,
    batchSize: wantedSize,
  });
  try {
    const batchSize = Math.min(wantedSize, data.rows);
    const batch = mapTree(data.tree.inputs, ({ shape, dtype }) =>
      zeros([batchSize, ...shape.slice(1)], dtype),
    );
    const { declarations } = describe(model, batch as Tree, dtype);
    const { rows, blockRows } = data;
    const chunks = newChunks({ rows, batchSize, epochs, shuffle, seed, blockRows });
    const journal = newJournal(monitor, chunks.monitored, saved);
    if (saved) checkSame(options, { data, validation, chunks, journal }, saved);
    const start = await startOf(options, declarations, saved);
    const probes = options.callbacks?.flatMap((callback) => callback.probes ?? []) ?? [];
    const solver = "prepare" in optimizer ? optimizer : firstOrder(optimizer);
    const training = await solver.prepare({
      backend,
      declarations,
      ...start,
      data: data.first,
      key: await place(backend, foldIn(randomKey(seed), "fit")),
      ...tracedParts(model, exactFigures ? { ...objective, metrics: [] } : objective, probes),
    });
    if (saved) restoreMemory(backend, training, saved.memory);
    chunks.step = saved?.step ?? 0;
    return {
      inputTypes: inputTypesOf(data.tree.inputs),
      declarations,
      training,
      chunks,
      data,
      validation,
      probes,
      journal,
      figures: exactFigures ? undefined : newFigures(objective.metrics, saved?.figures),
      probed: { ...saved?.probed },
      progress: {
        step: chunks.step,
        epoch: chunks.step / chunks.stepsPerEpoch,
        loss: Number.NaN,
        rate: saved?.rate ?? Number.NaN,
      },
      isStopped: saved?.isStopped ?? false,
      saved,
      measure: exactFigures ? data.evaluator(model, objective) : undefined,
      validate: validation?.evaluator(model, objective),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The values to start from, which the solver may take over: first ones, given ones, or those of a snapshot. */
async function startOf<In extends Tree, Out extends Tree, Target extends Tree>(
  { backend, variables, seed = 0 }: FitOptions<In, Out, Target>,
  declarations: readonly Declaration[],
  saved: Saved | undefined,
): Promise<Variables> {
  if (variables) {
    checkFit("fit: variables", declarations, variables);
    return copyTo(backend, variables);
  }
  if (!saved) return initialize(backend, declarations, seed);
  checkFit("fit: the snapshot's variables", declarations, saved);
  return {
    parameters: fromHost("fit: resume", backend, saved.parameters),
    state: fromHost("fit: resume", backend, saved.state),
  };
}

function restoreMemory(backend: Backend, training: Training, saved: HostTensors): void {
  const memory = fromHost("fit: resume: memory", backend, saved);
  try {
    training.restore(training.parameters, training.state, memory);
  } finally {
    for (const value of Object.values(memory)) value.dispose();
  }
}

/** The parts of a problem that become programs. */
function tracedParts(
  model: Layer<Tree, Tree>,
  objective: Objective,
  probes: readonly Probe[],
): Pick<Problem, "loss" | "residuals" | "observe"> {
  const pass = (parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor) =>
    applyModel(model, { parameters, state }, (batch as Batch).inputs, { training: true, key });
  const { loss } = objective;
  return {
    loss(parameters, state, batch, key) {
      const { output, state: next } = pass(parameters, state, batch, key);
      return { ...judge(objective, output, batch as Batch), state: next };
    },
    ...(loss.residuals && {
      residuals(parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor) {
        const { targets, weights } = batch as Batch;
        const rows = loss.residuals!(pass(parameters, state, batch, key).output, targets);
        return weights ? mul(rows, reshape(sqrt(weights), [weights.size, 1])) : rows;
      },
    }),
    ...(probes.length > 0 && {
      observe: (step) =>
        Object.fromEntries(probes.map((probe) => [`probe/${probe.name}`, probe.measure(step)])),
    }),
  };
}
