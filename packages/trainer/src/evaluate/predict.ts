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
import { type RowsTree, upload } from "../data/data.ts";

/** Rows that are predicted at once. */
const most = 1024;

/** A model is traced once for inputs of one form, however often it predicts. */
const predictors = new WeakMap<object, Predictor>();

type Predictor = (parameters: TensorMap, state: TensorMap, inputs: Tree) => Tree;

/** Appends rows up to the size of a bucket: `gather` gives zeros for rows that are not there, whatever the dtype. */
const pad: (inputs: Tree) => Tree = /* @__PURE__ */ jit(
  (inputs: Tree) => mapTree(inputs, (leaf) => gather(leaf, iota(bucketOf(leaf.shape[0]!)))) as Tree,
);

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
  // Within a trace, the model itself is recorded, so that every transform gets through.
  if (flatten([parameters, state, tree]).leaves.some(({ source }) => source.state === "traced"))
    return applyModel(layer, variables, tree).output as Out;
  const predictor = predictors.get(model) ?? predictorOf(layer);
  predictors.set(model, predictor);
  const padded = bucketOf(rows) === rows ? tree : pad(tree);
  const full = predictor(parameters, state, padded);
  release();
  if (padded === tree) return full as Out;
  const output = mapTree(full, (leaf) => sliceAxis(leaf, 0, 0, rows));
  for (const leaf of flatten([padded, full]).leaves) leaf.dispose();
  return output as Out;
}

function predictorOf(model: Layer<Tree, Tree>): Predictor {
  return jit(function predict(parameters: TensorMap, state: TensorMap, inputs: Tree): Tree {
    const apply = (part: Tree): Tree => applyModel(model, { parameters, state }, part).output;
    const rows = flatten(inputs).leaves[0]!.shape[0]!;
    if (rows <= most) return apply(inputs);
    const split = (leaf: Tensor): Tensor =>
      reshape(leaf, leaf.shape.toSpliced(0, 1, rows / most, most));
    const join = (leaf: Tensor): Tensor => reshape(leaf, leaf.shape.toSpliced(0, 2, rows));
    const parts = mapTree(inputs, split) as Tree;
    const [, outputs] = loop((none: Tree, part: Tree) => [none, apply(part)], [], parts);
    return mapTree(outputs, join) as Tree;
  });
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
