import {
  add,
  applyModel,
  type Backend,
  check,
  type ChunkReport,
  expandDims,
  flatten,
  gather,
  iota,
  jit,
  type Layer,
  type Loss,
  mapTree,
  type Metric,
  mul,
  loop,
  type Tensor,
  type TensorLike,
  type TensorMap,
  type Tree,
  type Variables,
} from "@nn/core";
import { type Batch, type DataSet, type Resident, uploadSet } from "./data.ts";
import { type Evaluation, newFigures } from "./figures.ts";
import { judge, type Objective } from "./objective.ts";
import { homeOf } from "./predict.ts";

/** Rows that are evaluated at a time, by default. */
export const evaluationRows = 1024;

/** What `evaluate` judges by. */
export interface EvaluateOptions<Out extends Tree, Target extends Tree> {
  readonly loss: Loss<Out, Target>;
  readonly metrics?: readonly Metric<Out, Target>[];
  /** Rows at a time; 1024 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  /** Where to compute, for a model without parameters. */
  readonly backend?: Backend;
}

/**
 * The mean loss and the metrics of a model over a whole data set.
 *
 * ```ts
 * const { loss } = await evaluate(model, variables, { inputs, targets }, { loss: mse() });
 * ```
 */
export async function evaluate<In extends Tree, Out extends Tree, Target extends Tree>(
  model: Layer<In, Out>,
  variables: Variables,
  data: DataSet,
  options: EvaluateOptions<Out, Target>,
): Promise<Evaluation> {
  const { loss, metrics = [], batchSize = evaluationRows } = options;
  const { backend, dtype } = homeOf("evaluate", variables, options.backend);
  check(
    isCount(batchSize),
    () => `evaluate: batchSize must be a whole number from 1, got ${batchSize}`,
  );
  const resident = await uploadSet("evaluate: data", backend, data, dtype);
  const objective = { loss, metrics } as unknown as Objective;
  try {
    return await evaluator(
      model as unknown as Layer<Tree, Tree>,
      objective,
      resident,
      batchSize,
    )(variables);
  } finally {
    resident.release();
  }
}

/** Whether it is a whole number from 1. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** A function that evaluates again and again on the same data, in one program. */
export function evaluator(
  model: Layer<Tree, Tree>,
  objective: Objective,
  { tree, rows }: Resident<Batch>,
  batchSize: number,
): (variables: Variables) => Promise<Evaluation> {
  const size = Math.min(batchSize, rows);
  const batches = Math.floor(rows / size);
  const run = jit(function evaluate(parameters: TensorMap, state: TensorMap, data: Batch): Tree {
    const measure = (start: TensorLike, length: number): { [name: string]: Tensor } => {
      const numbers = add(iota(length), start);
      const batch = mapTree(data, (leaf) => gather(leaf, numbers)) as Batch;
      const { output } = applyModel(model, { parameters, state }, batch.inputs);
      const { loss, partials } = judge(objective, output, batch);
      return { ...partials, loss };
    };
    const starts = mul(iota(batches), size);
    const [, full] = loop((none: Tree, start: Tensor) => [none, measure(start, size)], [], starts);
    const rest = rows - batches * size;
    if (rest === 0) return [full];
    const last = measure(rows - rest, rest);
    return [full, mapTree(last, (leaf) => expandDims(leaf, 0)) as Tree];
  });
  return async ({ parameters, state }) => {
    const figures = newFigures(objective.metrics);
    const parts = run(parameters, state, tree) as readonly TensorMap[];
    for (const [i, part] of parts.entries()) {
      const report = await readReport(part);
      const steps = i === 0 ? batches : 1;
      for (let at = 0; at < steps; at++)
        figures.add(report, at, steps, i === 0 ? size : rows - batches * size);
    }
    return figures.finish();
  };
}

async function readReport(part: TensorMap): Promise<ChunkReport> {
  const { leaves, rebuild } = flatten(part);
  const values = await Promise.all(leaves.map((leaf) => leaf.read()));
  for (const leaf of leaves) leaf.dispose();
  const partials = rebuild(values) as { readonly [name: string]: ArrayLike<number> };
  return { losses: partials["loss"]!, partials };
}
