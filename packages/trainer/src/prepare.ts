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
  type Training,
  type Tree,
  type Variables,
  zeros,
} from "@nn/core";
import { type Chunks, newChunks } from "./chunks.ts";
import { type Batch, type DataSet, type Resident, uploadSet } from "./data.ts";
import { evaluationRows, evaluator } from "./evaluate.ts";
import { type Evaluation, type Figures, newFigures } from "./figures.ts";
import { firstOrder } from "./first-order.ts";
import { findMonitor, type Journal, newJournal } from "./journal.ts";
import { judge, type Objective } from "./objective.ts";
import { checkOptions, type FitOptions } from "./options.ts";
import { checkFit, copyTo } from "./variables.ts";

/** A run between two chunks. */
export interface Prepared {
  readonly declarations: readonly Declaration[];
  readonly training: Training;
  readonly chunks: Chunks;
  readonly data: Resident<Batch>;
  readonly probes: readonly Probe[];
  readonly journal: Journal;
  /** Adds up the figures of the current epoch; absent where they are computed at its end. */
  readonly figures: Figures | undefined;
  /** What probes saw last, by their names. */
  readonly probed: Record<string, number>;
  /** Evaluates on the training data, where exact figures are wanted. */
  readonly measure: ((variables: Variables) => Promise<Evaluation>) | undefined;
  /** Evaluates on the validation data, where there is some. */
  readonly validate: ((variables: Variables) => Promise<Evaluation>) | undefined;
  /** Gives back the data that was uploaded. */
  release(): void;
}

/** Checks the options, puts the data on the backend and draws the first values. */
export async function prepare<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Prepared> {
  checkOptions(options);
  const { backend, epochs, optimizer, shuffle = true, seed = 0, dtype = "f32" } = options;
  const { metrics = [], exactFigures = false } = options;
  const monitor = findMonitor(metrics, options.validation !== undefined, options.monitor);
  const objective = { loss: options.loss, metrics } as unknown as Objective;
  const model = options.model as unknown as Layer<Tree, Tree>;
  const resident: Resident<Batch>[] = [];
  const upload = async (name: string, set: DataSet): Promise<Resident<Batch>> => {
    const data = await uploadSet(`fit: ${name}`, backend, set, dtype);
    resident.push(data);
    return data;
  };
  const release = (): void => resident.forEach((data) => data.release());
  try {
    const data = await upload("data", options.data);
    const validation = options.validation && (await upload("validation", options.validation));
    const batchSize = Math.min(options.batchSize ?? 32, data.rows);
    const batch = mapTree(data.tree.inputs, ({ shape, dtype }) =>
      zeros([batchSize, ...shape.slice(1)], dtype),
    );
    const { declarations } = describe(model, batch as Tree, dtype);
    if (options.variables) checkFit("fit: variables", declarations, options.variables);
    const start = options.variables
      ? await copyTo(backend, options.variables)
      : initialize(backend, declarations, seed);
    const probes = options.callbacks?.flatMap((callback) => callback.probes ?? []) ?? [];
    const solver = "prepare" in optimizer ? optimizer : firstOrder(optimizer);
    const training = await solver.prepare({
      backend,
      declarations,
      ...start,
      data: data.tree,
      key: await place(backend, foldIn(randomKey(seed), "fit")),
      ...tracedParts(model, exactFigures ? { ...objective, metrics: [] } : objective, probes),
    });
    const chunks = newChunks({ rows: data.rows, batchSize, epochs, shuffle, seed });
    const evaluate = (set: Resident<Batch>) => evaluator(model, objective, set, evaluationRows);
    return {
      declarations,
      training,
      chunks,
      data,
      probes,
      journal: newJournal(monitor, chunks.monitored),
      figures: exactFigures ? undefined : newFigures(objective.metrics),
      probed: {},
      measure: exactFigures ? evaluate(data) : undefined,
      validate: validation && evaluate(validation),
      release,
    };
  } catch (error) {
    release();
    throw error;
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
