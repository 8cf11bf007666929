import {
  describe as describeModel,
  flatten,
  initialize,
  tensor,
  type AnyLayer,
  type Backend,
  type Declaration,
  type DType,
  type Plugin,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { hashText, randomNumbers } from "../generate/choices.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { toTyped, value, type Value } from "../reference/value.ts";

/** The input for one example, without the batch axis, and how its elements are made. */
export interface ExampleInput {
  readonly shape: readonly number[];
  /** The model's dtype where it is left out. */
  readonly dtype?: DType;
  /** An element, from a random number from 0 up to 1; -1.5 to 1.5 by default. Keep away from kinks. */
  readonly element?: (random: number) => number;
}

/** One input, or a tree of them for layers that take several. */
export type ExampleInputs =
  | ExampleInput
  | readonly ExampleInputs[]
  | { readonly [name: string]: ExampleInputs };

/** A layer, and what is claimed of it. */
export interface LayerSpec {
  /** Makes the layer; each call gives another one. */
  make(): AnyLayer;
  readonly input: ExampleInputs;
  /** What makes it again from JSON. */
  readonly plugins: readonly Plugin[];
  /** Whether it draws random numbers in training; false by default. */
  readonly isRandom?: boolean;
  /** Whether it keeps state that training changes; false by default. */
  readonly hasState?: boolean;
  /** Whether the prediction for an example is the same beside other examples; true by default. */
  readonly isBatchIndependent?: boolean;
  /** Makes a variant of which no parameter is trained, where the layer offers that. */
  frozen?(): AnyLayer;
  /** Where to run it; the kit's reference by default. */
  readonly backend?: () => Backend | Promise<Backend>;
}

/** A layer on a backend, with parameters and inputs of its own. */
export interface Trial {
  readonly backend: Backend;
  readonly layer: AnyLayer;
  readonly declarations: readonly Declaration[];
  readonly parameters: TensorMap;
  readonly state: TensorMap;
  readonly input: Tree;
}

/** Sets a layer up for a batch of some size, with parameters that are moved away from where they start. */
export async function trial(
  spec: LayerSpec,
  batch: number,
  options: { readonly dtype?: DType; readonly layer?: AnyLayer; readonly seed?: number } = {},
): Promise<Trial> {
  const { dtype = "f32", layer = spec.make(), seed = 1 } = options;
  const backend = await (spec.backend ?? referenceBackend)();
  const input = inputFor(backend, spec.input, batch, dtype, seed);
  const { declarations } = describeModel(layer, input, dtype);
  const start = initialize(backend, declarations, seed);
  const moved: [string, Tensor][] = [];
  for (const [path, first] of Object.entries(start.parameters)) {
    const random = randomNumbers(hashText(path) ^ seed);
    const data = Float64Array.from(await first.read(), (x) => x + 0.6 * (random() - 0.5));
    moved.push([path, tensor(backend, data, { shape: first.shape, dtype: first.dtype })]);
  }
  return {
    backend,
    layer,
    declarations,
    parameters: Object.fromEntries(moved),
    state: start.state,
    input,
  };
}

/** Inputs for a batch. The examples of a smaller batch are the first ones of a larger one. */
export function inputFor(
  backend: Backend,
  inputs: ExampleInputs,
  batch: number,
  dtype: DType,
  seed: number,
): Tree {
  if (isExample(inputs)) {
    const { shape, element = (random: number) => 3 * random - 1.5 } = inputs;
    const random = randomNumbers(seed);
    const full = [batch, ...shape];
    const own = inputs.dtype ?? dtype;
    const data = Float64Array.from({ length: full.reduce((a, b) => a * b, 1) }, () =>
      element(random()),
    );
    return tensor(backend, toTyped(value(own, full, data)), { shape: full, dtype: own });
  }
  const children = Object.entries(inputs).map(
    ([name, child]: [string, ExampleInputs], i) =>
      [name, inputFor(backend, child, batch, dtype, seed + 31 * (i + 1))] as const,
  );
  return Array.isArray(inputs) ? children.map(([, child]) => child) : Object.fromEntries(children);
}

/** Whether this is one input, and no tree of them. */
export function isExample(inputs: ExampleInputs): inputs is ExampleInput {
  return (
    "shape" in inputs &&
    Array.isArray(inputs.shape) &&
    inputs.shape.every((n) => typeof n === "number")
  );
}

/** The elements of a tensor as a value of the reference. */
export async function valueOf(x: Tensor): Promise<Value> {
  return { dtype: x.dtype, shape: x.shape, data: Float64Array.from(await x.read()) };
}

/** All tensors of a tree as values. */
export async function valuesOf(tree: Tree): Promise<Value[]> {
  return Promise.all(flatten(tree).leaves.map(valueOf));
}
