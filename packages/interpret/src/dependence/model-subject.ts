import {
  applyModel,
  type Backend,
  broadcastTo,
  equal,
  flatten,
  gather,
  iota,
  jit,
  loop,
  reshape,
  sliceAxis,
  tensor,
  type Tensor,
  TensorError,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { choose } from "../inputs/choose.ts";
import { type RowsTree, uploadRows } from "../inputs/examples.ts";
import { openExplained } from "../inputs/explained.ts";
import { columnAt, columnNames } from "../inputs/features.ts";
import { valuesAt } from "../inputs/table.ts";
import { withNumbers } from "../inputs/with-numbers.ts";
import { outputOf } from "../output/output-choice.ts";
import type { Subject, SubjectOptions } from "./subject.ts";

/** A model and what it is asked about. */
export interface ModelQuestion {
  readonly model: unknown;
  readonly inputs: RowsTree;
  readonly output: unknown;
  readonly names: readonly string[] | undefined;
  readonly batchSize: number;
  readonly backend: Backend | undefined;
}

/** A model, which predicts all points of a batch of rows in one program. */
export async function modelSubject(
  name: string,
  { model, inputs, output, names, batchSize, backend: given }: ModelQuestion,
  options: SubjectOptions,
): Promise<Subject> {
  const { explained, backend, dtype } = openExplained(name, model, given);
  const { tree, rows: count, release } = uploadRows(`${name}: inputs`, backend, inputs, dtype);
  try {
    const known = columnNames(name, tree, names, explained.columns?.inputs);
    const rows = options.rowsOf(count);
    const places = options.features.map((feature) =>
      placeOf(tree, columnAt(`${name}: features`, known, feature)),
    );
    const { leaves, rebuild } = flatten(tree);
    const columns = await Promise.all(
      places.map(async (place) => ({
        name: known[place.column]!,
        values: await readColumn(leaves[place.leaf]!, place, rows),
      })),
    );
    const chosen = outputOf(name, output, count);
    const run = jit(function dependence(
      { parameters, state }: { readonly parameters: TensorMap; readonly state: TensorMap },
      all: Tree,
      points: readonly Tensor[],
      numbers: Tensor,
    ): Tensor {
      const batch = flatten(all).leaves.map((leaf) => gather(leaf, numbers));
      const [, outputs] = loop(
        (none: Tree, values: readonly Tensor[]) => {
          const replaced = [...batch];
          for (const [i, { leaf, at }] of places.entries())
            replaced[leaf] = withColumn(replaced[leaf]!, at, values[i]!);
          const variables = { parameters, state };
          const prediction = applyModel(explained.model, variables, rebuild(replaced) as Tree);
          return [none, chosen.pick(prediction.output, undefined)];
        },
        [],
        points,
      );
      return outputs;
    });
    return {
      rows: rows.length,
      columns,
      async respond(points, tell) {
        const own: Tensor[] = [];
        try {
          for (const [i, { leaf }] of places.entries()) {
            const values = points.map((point) => point[i] as number);
            own.push(upload(`${name}: grid`, backend, values, leaves[leaf]!));
          }
          for (let at = 0; at < rows.length; at += batchSize) {
            const { parameters, state } = explained;
            const numbers = rows.subarray(at, at + batchSize);
            const outputs = withNumbers(backend, numbers, (some) =>
              run({ parameters, state }, tree, own, some),
            );
            const found = await outputs.read();
            outputs.dispose();
            for (const [point] of points.entries())
              tell(point, at, found.subarray(point * numbers.length, (point + 1) * numbers.length));
            await options.breathe();
          }
        } finally {
          for (const each of own) each.dispose();
        }
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Where a column is: in which input, and where along its last axis. */
interface Place {
  readonly column: number;
  readonly leaf: number;
  readonly at: number;
}

function placeOf(inputs: Tree, column: number): Place {
  let at = column;
  const { leaves } = flatten(inputs);
  const leaf = leaves.findIndex(({ shape }) => {
    const width = shape.length === 1 ? 1 : shape.at(-1)!;
    if (at < width) return true;
    at -= width;
    return false;
  });
  return { column, leaf, at };
}

/** All values of a column in these rows; an example has several of them where inputs have three axes or more. */
async function readColumn(
  leaf: Tensor,
  { at }: Place,
  rows: Int32Array,
): Promise<ArrayLike<unknown>> {
  const [count = 0, ...rest] = leaf.shape;
  const width = rest.at(-1) ?? 1;
  const column = sliceAxis(reshape(leaf, [leaf.size / width, width]), 1, at, at + 1);
  const values = await column.read();
  if (column !== leaf) column.dispose();
  const each = values.length / count;
  const numbers = Int32Array.from(
    { length: rows.length * each },
    (_, i) => rows[Math.floor(i / each)]! * each + (i % each),
  );
  return valuesAt(values, numbers);
}

/** An input with one of its columns set to a value everywhere. */
function withColumn(x: Tensor, at: number, value: Tensor): Tensor {
  if (x.shape.length === 1) return broadcastTo(value, x.shape);
  return choose(equal(iota(x.shape.at(-1)!), at), value, x);
}

function upload(
  path: string,
  backend: Backend,
  values: readonly number[],
  { dtype }: Tensor,
): Tensor {
  try {
    return tensor(backend, values, { dtype });
  } catch (error) {
    throw new TensorError(`${path}: ${(error as Error).message}`);
  }
}
