import {
  applyModel,
  type Backend,
  check,
  type DType,
  flatten,
  gather,
  iota,
  isFloat,
  jit,
  type Layer,
  mapTree,
  reshape,
  loop,
  sliceAxis,
  type Tensor,
  type TensorMap,
  type Tree,
  type Variables,
} from "@nn/core";
import { type RowsTree, upload } from "./data.ts";

/** Rows that are predicted at once. */
const most = 1024;

/** A model is traced once for inputs of one form, however often it predicts. */
const predictors = new WeakMap<object, Predictor>();

interface Predictor {
  run(parameters: TensorMap, state: TensorMap, inputs: Tree): Tree;
  /** Appends rows of zeros up to the size of a bucket. */
  pad(inputs: Tree): Tree;
}

/**
 * What a model returns for these inputs, as tensors on the backend of its parameters: read them with
 * `await tensor.read()`. The number of rows is padded to a power of two, or to a multiple of 1024 above that, so that
 * few programs are compiled.
 *
 * ```ts
 * const [price] = await predict(model, variables, [[3, 120, 1987]]).read();
 * ```
 */
export function predict<In extends Tree, Out extends Tree>(
  model: Layer<In, Out>,
  variables: Variables,
  inputs: RowsTree,
  options: { readonly backend?: Backend } = {},
): Out {
  const { parameters, state } = variables;
  const { backend, dtype } = homeOf("predict", variables, options.backend);
  const { tree, rows, release } = upload<Tree>("predict: inputs", backend, inputs, dtype);
  const layer = model as unknown as Layer<Tree, Tree>;
  let predictor = predictors.get(model);
  if (!predictor) predictors.set(model, (predictor = predictorOf(layer)));
  const isPadded = bucketOf(rows) !== rows;
  const padded = isPadded ? predictor.pad(tree) : tree;
  let output = predictor.run(parameters, state, padded);
  if (isPadded) {
    const full = output;
    output = mapTree(full, (leaf) => sliceAxis(leaf, 0, 0, rows)) as Tree;
    for (const leaf of [...flatten(padded).leaves, ...flatten(full).leaves]) leaf.dispose();
  }
  release();
  return output as Out;
}

function predictorOf(model: Layer<Tree, Tree>): Predictor {
  return {
    run: jit(function predict(parameters: TensorMap, state: TensorMap, inputs: Tree): Tree {
      const apply = (part: Tree): Tree => applyModel(model, { parameters, state }, part).output;
      const rows = flatten(inputs).leaves[0]!.shape[0]!;
      if (rows <= most) return apply(inputs);
      const split = (leaf: Tensor): Tensor =>
        reshape(leaf, [rows / most, most, ...leaf.shape.slice(1)]);
      const join = (leaf: Tensor): Tensor => reshape(leaf, [rows, ...leaf.shape.slice(2)]);
      const parts = mapTree(inputs, split) as Tree;
      const [, outputs] = loop((none: Tree, part: Tree) => [none, apply(part)], [], parts);
      return mapTree(outputs, join) as Tree;
    }),
    // `gather` gives zeros for rows that are not there, whatever the dtype.
    pad: jit(
      (inputs: Tree) =>
        mapTree(inputs, (leaf) => gather(leaf, iota(bucketOf(leaf.shape[0]!)))) as Tree,
    ),
  };
}

function bucketOf(rows: number): number {
  return rows <= most ? 2 ** Math.ceil(Math.log2(rows)) : Math.ceil(rows / most) * most;
}

/** The backend that variables are on, and the float dtype that they have. */
export function homeOf(
  name: string,
  { parameters, state }: Variables,
  given?: Backend,
): { readonly backend: Backend; readonly dtype: DType } {
  const some = [...Object.values(parameters), ...Object.values(state)];
  let backend = given;
  for (const { source } of some) if (source.state === "value") backend ??= source.backend;
  check(
    backend,
    () =>
      `${name}: expected variables on a backend, got none; pass { backend } for a model without parameters`,
  );
  return { backend, dtype: some.find((tensor) => isFloat(tensor.dtype))?.dtype ?? "f32" };
}
