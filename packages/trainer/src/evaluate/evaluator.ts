import {
  add,
  applyModel,
  type ChunkReport,
  expandDims,
  flatten,
  gather,
  iota,
  jit,
  type Layer,
  loop,
  mapTree,
  mul,
  type Tensor,
  type TensorLike,
  type TensorMap,
  type Tree,
  type Variables,
} from "@nn/core";
import type { Batch, Resident } from "../data/data.ts";
import { type Evaluation, type Figures, newFigures } from "./figures.ts";
import { newMetricSums } from "./metric-sums.ts";
import { judge, type Objective } from "./objective.ts";

/** Rows that are evaluated at a time, by default. */
export const evaluationRows = 1024;

/** A function that evaluates again and again on the same data, in one program. */
export function evaluator(
  model: Layer<Tree, Tree>,
  objective: Objective,
  { tree }: Resident<Batch>,
  batchSize: number,
): (variables: Variables) => Promise<Evaluation> {
  const measure = measurer(model, objective, batchSize);
  return async (variables) => {
    const figures = newFigures(newMetricSums(objective.metrics));
    await measure(variables, tree, figures);
    return figures.finish();
  };
}

/** A function that adds what a model does on some rows to figures, in one program for each number of rows. */
export function measurer(
  model: Layer<Tree, Tree>,
  objective: Objective,
  batchSize: number,
): (variables: Variables, data: Batch, figures: Figures) => Promise<void> {
  const sizesOf = (data: Batch): { rows: number; size: number; batches: number } => {
    const [rows = 0] = flatten(data.inputs).leaves[0]!.shape;
    const size = Math.min(batchSize, rows);
    return { rows, size, batches: Math.floor(rows / size) };
  };
  const run = jit(function evaluate(parameters: TensorMap, state: TensorMap, data: Batch): Tree {
    const { rows, size, batches } = sizesOf(data);
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
  return async ({ parameters, state }, data, figures) => {
    const { rows, size, batches } = sizesOf(data);
    const parts = run(parameters, state, data) as readonly TensorMap[];
    for (const [i, part] of parts.entries()) {
      const report = await readReport(part);
      const steps = i === 0 ? batches : 1;
      for (let at = 0; at < steps; at++)
        figures.add(report, at, steps, i === 0 ? size : rows - batches * size);
    }
  };
}

async function readReport(part: TensorMap): Promise<ChunkReport> {
  const { leaves, rebuild } = flatten(part);
  const values = await Promise.all(leaves.map((leaf) => leaf.read()));
  for (const leaf of leaves) leaf.dispose();
  const partials = rebuild(values) as { readonly [name: string]: ArrayLike<number> };
  return { losses: partials["loss"]!, partials };
}
