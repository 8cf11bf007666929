import {
  applyModel,
  equal,
  flatten,
  gather,
  jit,
  mapTree,
  tensor,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { choose } from "../inputs/choose.ts";
import { uploadRows } from "../inputs/examples.ts";
import { openExplained } from "../inputs/explained.ts";
import { columnNames, type Feature, featuresOf } from "../inputs/features.ts";
import { newSums, type Truth } from "./score.ts";
import type { GivenData, Scorer, ScorerOptions } from "./scorer.ts";

/** Runs that are queued before their results are read. */
const queued = 8;

/**
 * Scores a model in one program, whose operands say which rows come from where and which columns are shuffled: neither
 * another feature nor another order compiles or uploads the data again.
 */
export function modelScorer(
  name: string,
  model: unknown,
  data: GivenData,
  names: readonly string[] | undefined,
  batchSize: number,
  options: ScorerOptions,
): Scorer {
  const { explained, backend, dtype } = openExplained(name, model, options.backend);
  const { parameters, state } = explained;
  const { tree, rows: count, release } = uploadRows(`${name}: data`, backend, { ...data }, dtype);
  const uploaded: Tensor[] = [];
  const keep = (values: Int32Array, shape?: readonly number[]): Tensor => {
    uploaded.push(tensor(backend, values, shape && { shape }));
    return uploaded.at(-1)!;
  };
  const releaseAll = (): void => {
    for (const each of uploaded) each.dispose();
    release();
  };
  try {
    const { inputs, ...truth } = tree as { inputs: Tree } & Truth;
    const known = columnNames(name, inputs, names, explained.columns?.inputs);
    const features = featuresOf(name, known, options.groups, options.only);
    const owners = ownersOf(inputs, features).map(([values, shape]) => keep(values, shape));
    const rows = options.rowsOf(count);
    const blocksOf = (order?: Int32Array): Tensor[] => {
      const numbers = order ? order.map((at) => rows[at]!) : rows;
      const blocks: Tensor[] = [];
      for (let at = 0; at < numbers.length; at += batchSize)
        blocks.push(keep(numbers.slice(at, at + batchSize)));
      return blocks;
    };
    const run = jit(function importance(
      variables: { parameters: TensorMap; state: TensorMap },
      batch: { inputs: Tree; truth: Truth; owners: readonly Tensor[] },
      own: Tensor,
      other: Tensor,
      feature: Tensor,
    ): TensorMap {
      const { leaves, rebuild } = flatten(batch.inputs);
      const taken = leaves.map((leaf, i) => {
        const isShuffled = equal(batch.owners[i]!, feature);
        return choose(isShuffled, gather(leaf, other), gather(leaf, own));
      });
      const { output } = applyModel(explained.model, variables, rebuild(taken) as Tree);
      return options.score.measure(
        output,
        mapTree(batch.truth, (leaf) => gather(leaf, own)) as Truth,
      );
    });
    const own = blocksOf();
    const orders = new Map<Int32Array, Tensor[]>();
    const numbers = features.map((_, i) => keep(Int32Array.of(i), []));
    const sums = newSums(options.score);
    return {
      rows: rows.length,
      features,
      names: known,
      async score(feature = 0, order) {
        if (order && !orders.has(order)) orders.set(order, blocksOf(order));
        const others = order ? orders.get(order)! : own;
        const parts: TensorMap[] = [];
        for (const [i, block] of own.entries()) {
          const batch = { inputs, truth, owners };
          parts.push(run({ parameters, state }, batch, block, others[i]!, numbers[feature]!));
          if (parts.length < queued && i < own.length - 1) continue;
          for (const part of parts.splice(0)) await sums.add(part);
          await options.breathe();
        }
        return sums.finish();
      },
      release: releaseAll,
    };
  } catch (error) {
    releaseAll();
    throw error;
  }
}

/** For every input, which feature each of its columns belongs to; -1 where it is none. */
function ownersOf(
  inputs: Tree,
  features: readonly Feature[],
): (readonly [Int32Array, readonly number[]])[] {
  const owners = new Map(features.flatMap(({ columns }, i) => columns.map((at) => [at, i])));
  let first = 0;
  return flatten(inputs).leaves.map(({ shape }) => {
    const own = shape.length === 1 ? [] : [shape.at(-1)!];
    const values = Int32Array.from(
      { length: own[0] ?? 1 },
      (_, at) => owners.get(first + at) ?? -1,
    );
    first += values.length;
    return [values, own];
  });
}
