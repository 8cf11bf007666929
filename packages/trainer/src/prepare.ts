import {
  applyModel,
  type Declaration,
  describe,
  foldIn,
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
  type Tree,
  type Variables,
  zeros,
} from "@nn/core";
import { newChunks } from "./run/chunks.ts";
import type { Batch } from "./data/data.ts";
import { newFigures } from "./evaluate/figures.ts";
import { ruleSolver } from "./solver/rule-solver.ts";
import { inputTypesOf } from "./data/input-types.ts";
import { type Monitor, newJournal } from "./run/journal.ts";
import { judge, type Objective } from "./evaluate/objective.ts";
import { type AnyOptions, findWrong, type FitOptions } from "./options.ts";
import type { Run } from "./run/run.ts";
import type { Saved } from "./resume/saved.ts";
import { openSources } from "./data/source.ts";

/** Checks the options, puts the data on the backend and draws the first values. */
export async function prepare<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Run> {
  const wrong = findWrong(options as unknown as AnyOptions);
  if (wrong !== undefined)
    throw (await import("./option-error.ts")).optionError(wrong, options as unknown as AnyOptions);
  const { backend, epochs, optimizer, shuffle = true, seed = 0, dtype = "f32" } = options;
  const { metrics = [], exactFigures = false } = options;
  const isValidated = options.validation !== undefined;
  const monitor: Monitor =
    options.monitor !== undefined
      ? (await import("./run/find-monitor.ts")).findMonitor(metrics, isValidated, options.monitor)
      : { name: isValidated ? "validation/loss" : "loss", better: "lower" };
  const objective = { loss: options.loss, metrics } as unknown as Objective;
  const saved = options.resume && (await import("./resume/saved.ts")).readSnapshot(options.resume);
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
    saved?.checkSame(options, { data, validation, chunks, journal });
    const start = await startOf(options, declarations, saved);
    const probes = options.callbacks?.flatMap((callback) => callback.probes ?? []) ?? [];
    const solver = "prepare" in optimizer ? optimizer : ruleSolver(optimizer);
    const training = await solver.prepare({
      backend,
      declarations,
      ...start,
      data: data.first,
      key: await place(backend, foldIn(randomKey(seed), "fit")),
      ...tracedParts(model, exactFigures ? { ...objective, metrics: [] } : objective, probes),
    });
    saved?.restore(backend, training);
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
      measure: exactFigures ? await data.evaluator(model, objective) : undefined,
      validate: await validation?.evaluator(model, objective),
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
  if (saved) return saved.variables(backend, declarations);
  if (!variables) return initialize(backend, declarations, seed);
  const { checkFit, copyTo } = await import("./run/variables.ts");
  checkFit("fit: variables", declarations, variables);
  return copyTo(backend, variables);
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
