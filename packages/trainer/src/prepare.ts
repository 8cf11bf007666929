import {
  applyModel,
  describe,
  foldIn,
  initialize,
  type Layer,
  mapTree,
  place,
  randomKey,
  type Tree,
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
import { openSource } from "./data/source.ts";

/** Checks the options, puts the data on the backend and draws the first values. */
export async function prepare<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Run> {
  const unchecked = options as unknown as AnyOptions;
  const wrong = await findWrong(unchecked);
  if (wrong !== undefined) throw (await import("./option-error.ts")).optionError(wrong, unchecked);
  const { backend, epochs, optimizer, shuffle = true, seed = 0, dtype = "f32" } = options;
  const { metrics = [], exactFigures = false, variables, lint = true } = options;
  const isValidated = options.validation !== undefined;
  const monitor: Monitor =
    options.monitor !== undefined
      ? (await import("./run/find-monitor.ts")).findMonitor(metrics, isValidated, options.monitor)
      : { name: isValidated ? "validation/loss" : "loss", better: "lower" };
  const objective = { loss: options.loss, metrics } as unknown as Objective;
  const saved = options.resume && (await import("./resume/saved.ts")).readSnapshot(options.resume);
  const model = options.model as unknown as Layer<Tree, Tree>;
  const how = { backend, dtype, lint, epochs, batchSize: options.batchSize ?? 32 };
  const validating = isValidated ? await import("./data/validation.ts") : undefined;
  const [data, validation] = validating
    ? await validating.openBoth(options.data, options.validation!, seed, how)
    : [await openSource("data", options.data, how)];
  const release = async (): Promise<void> => {
    await validation?.release();
    await data.release();
  };
  try {
    const batchSize = Math.min(how.batchSize, data.rows);
    const batch = mapTree(data.tree.inputs, ({ shape, dtype }) =>
      zeros([batchSize, ...shape.slice(1)], dtype),
    );
    const { declarations } = describe(model, batch as Tree, dtype);
    const { rows, blockRows } = data;
    const chunks = newChunks({ rows, batchSize, epochs, shuffle, seed, blockRows });
    const journal = newJournal(monitor, chunks.monitored, saved);
    saved?.checkSame(options, { data, validation, chunks, journal });
    // The solver may take these over.
    const start = saved
      ? saved.variables(backend, declarations)
      : variables
        ? await (await import("./run/variables.ts")).copyTo(backend, declarations, variables)
        : initialize(backend, declarations, seed);
    const probes = options.callbacks?.flatMap((callback) => callback.probes ?? []) ?? [];
    const accumulated = exactFigures ? { ...objective, metrics: [] } : objective;
    const isSolver = "prepare" in optimizer;
    const solver = isSolver ? optimizer : ruleSolver(optimizer);
    const own = isSolver ? await import("./solver/own-solver.ts") : undefined;
    const training = await solver.prepare({
      backend,
      declarations,
      ...start,
      data: data.first,
      key: await place(backend, foldIn(randomKey(seed), "fit")),
      loss(parameters, state, part, key) {
        const batch = part as Batch;
        const pass = applyModel(model, { parameters, state }, batch.inputs, {
          training: true,
          key,
        });
        return { ...judge(accumulated, pass.output, batch), state: pass.state };
      },
      ...own?.residualsOf(model, objective),
      ...(probes.length > 0 && { observe: (await import("./run/probes.ts")).observer(probes) }),
    });
    saved?.restore(backend, training);
    const sums =
      metrics.length > 0
        ? (await import("./evaluate/metric-sums.ts")).newMetricSums(
            objective.metrics,
            saved?.figures,
          )
        : undefined;
    const { step = 0, rate = Number.NaN, isStopped = false, probed = {} } = saved ?? {};
    chunks.step = step;
    return {
      inputTypes: inputTypesOf(data.tree.inputs),
      declarations,
      training,
      chunks,
      data,
      validation,
      probes,
      checkReport: own?.reportChecker(solver.kind, accumulated, probes),
      journal,
      figures: exactFigures ? undefined : newFigures(sums, saved?.figures["loss"]),
      probed,
      progress: { step, epoch: step / chunks.stepsPerEpoch, loss: Number.NaN, rate },
      isStopped,
      saved,
      measure: exactFigures ? await data.evaluator(model, objective) : undefined,
      validate: validation && validating!.validator(await validation.evaluator(model, objective)),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
