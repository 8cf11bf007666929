import { jit } from "../engine/transforms.ts";
import { materialize } from "../engine/apply.ts";
import { mapTree } from "../engine/tree.ts";
import type { Backend } from "../interfaces/backend.ts";
import type { Declaration, Layer, TensorMap } from "../interfaces/layer.ts";
import type { DType, Tensor, TensorType, Tree } from "../interfaces/tensor.ts";
import { zeros } from "../ops/constant.ts";
import { foldIn, randomKey } from "../ops/random.ts";
import { applyLayer, type Pass } from "./scope.ts";
import type { TreeOf } from "../engine/tree.ts";

/** What a model needs and gives, for inputs of some type. */
export interface ModelDescription {
  readonly declarations: readonly Declaration[];
  readonly output: TreeOf<TensorType>;
}

/** The values of a model's parameters and state, by path. */
export interface Variables {
  readonly parameters: TensorMap;
  readonly state: TensorMap;
}

/** How a model is applied. */
export interface ApplyOptions {
  readonly training?: boolean;
  /** The random key of this step; needed for training where a layer draws random numbers. */
  readonly key?: Tensor;
}

/**
 * Finds out which parameters a model has and what it returns for inputs like this one (its values do not matter).
 * Nothing is computed.
 */
export function describe<In extends Tree>(
  model: Layer<In, Tree>,
  input: In,
  dtype: DType = "f32",
): ModelDescription {
  const pass = newPass({ training: true, key: randomKey(0) }, dtype);
  const placeholders = mapTree(input, (leaf) => zeros(leaf.shape, leaf.dtype)) as In;
  const output = applyLayer(pass, model, "", "", placeholders);
  return {
    declarations: [...pass.declarations.values()],
    output: mapTree(output, ({ shape, dtype: own }) => ({ shape, dtype: own })),
  };
}

/** Draws the first values of a model's parameters and state. One seed and one path give one value. */
export function initialize(
  backend: Backend,
  declarations: readonly Declaration[],
  seed: number,
): Variables {
  const draw = jit((key: Tensor) =>
    declarations.map(({ path, shape, dtype, initializer }) =>
      initializer ? initializer.initialize(foldIn(key, path), shape, dtype) : zeros(shape, dtype),
    ),
  );
  const values = draw(materialize(backend, randomKey(seed)));
  const select = (role: Declaration["role"]): TensorMap =>
    Object.fromEntries(
      declarations.flatMap(({ path, role: own }, i) => (own === role ? [[path, values[i]!]] : [])),
    );
  return { parameters: select("parameter"), state: select("state") };
}

/** A model's output, and its state afterwards. Traced like any function of tensors. */
export function applyModel<In extends Tree, Out extends Tree>(
  model: Layer<In, Out>,
  { parameters, state }: Variables,
  input: In,
  options: ApplyOptions = {},
): { readonly output: Out; readonly state: TensorMap } {
  const pass = { ...newPass(options, "f32"), parameters, state };
  const output = applyLayer(pass, model, "", "", input);
  return { output, state: { ...state, ...Object.fromEntries(pass.nextState) } };
}

function newPass({ training = false, key }: ApplyOptions, dtype: DType): Pass {
  return {
    training,
    dtype,
    key,
    declarations: new Map(),
    nextState: new Map(),
    places: new Map(),
    owners: new Map(),
  };
}
