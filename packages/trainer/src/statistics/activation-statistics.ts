import {
  apply,
  applyModel,
  type Backend,
  cast,
  flatten,
  greater,
  jit,
  type Layer,
  less,
  lessEqual,
  mean,
  min,
  or,
  replay,
  stack,
  type Tensor,
  type TensorMap,
  traceFunction,
  type Tree,
  type Variables,
  withPath,
  zeros,
} from "@nn/core";
import { type Activation, activationsIn, type ActivationName } from "./activations-in.ts";
import { type RowsTree, upload } from "../data/data.ts";
import { homeOf } from "../evaluate/predict.ts";

/** What an activation does with a sample of data. */
export interface ActivationStatistics {
  /** The path of its layer, as in `hidden/0/activation`. */
  readonly path: string;
  readonly activation: ActivationName;
  /** How many units there are: elements along the last axis. */
  readonly units: number;
  /** The share of values that hardly let a gradient through: |tanh| > 0.99, sigmoid < 0.01 or > 0.99, relu ≤ 0. */
  readonly saturated: number;
  /** The share of units whose values are all saturated, so that they learn nothing from the whole sample. */
  readonly dead: number;
  /** Whether this is what the model returns: there, saturation may only mean that the model is sure. */
  readonly isOutput: boolean;
}

/**
 * What share of values is saturated, and what share of units dead, behind every tanh, sigmoid and relu of a model that
 * predicts this sample. Some hundred examples do. Activations that multiply something else, as in gates and in SiLU, are
 * left out, since they let gradients through elsewhere, and so are those within loops.
 *
 * ```ts
 * const [first] = await activationStatistics(model, result, inputs.slice(0, 256));
 * first.dead; // 0.25: a quarter of the units is zero for all examples
 * ```
 */
export async function activationStatistics<In extends Tree, Out extends Tree>(
  model: Layer<In, Out>,
  variables: Variables,
  inputs: RowsTree,
  options: { readonly backend?: Backend } = {},
): Promise<readonly ActivationStatistics[]> {
  const name = "activationStatistics";
  const { backend, dtype } = homeOf(name, variables, options.backend);
  const { tree, release } = upload<Tree>(`${name}: inputs`, backend, inputs, dtype);
  try {
    return await activationWatch(model as unknown as Layer<Tree, Tree>, tree)(variables);
  } finally {
    release();
  }
}

/** A function that looks at the same inputs again and again, in one program. */
export function activationWatch(
  model: Layer<Tree, Tree>,
  inputs: Tree,
): (variables: Variables) => Promise<readonly ActivationStatistics[]> {
  let activations: readonly Activation[] = [];
  const look = jit(function activationStatistics(
    parameters: TensorMap,
    state: TensorMap,
    sample: Tree,
  ): Tensor {
    const forward = (own: TensorMap, kept: TensorMap, x: Tree): Tree =>
      applyModel(model, { parameters: own, state: kept }, x).output;
    const { program, captured } = traceFunction(forward, [parameters, state, sample]);
    const known = flatten([parameters, state]).leaves.length;
    const data = program.inputs.slice(known, known + flatten(sample).leaves.length);
    activations = activationsIn(program, data);
    const shares: Tensor[] = [];
    const given = [...flatten([parameters, state, sample]).leaves, ...captured];
    replay(program, given, (operation, operands) => {
      const results = withPath(operands, operation.path, () =>
        apply(operation.primitive, operands, operation.params),
      );
      const found = activations.find((activation) => activation.operation === operation);
      if (found) shares.push(sharesOf(results[0]!, found.name));
      return results;
    });
    return shares.length > 0 ? stack(shares) : zeros([0, 2]);
  });
  return async ({ parameters, state }) => {
    const shares = look(parameters, state, inputs);
    const values = await shares.read();
    shares.dispose();
    return activations.map(({ operation, name, units, isOutput }, i) => ({
      path: operation.path,
      activation: name,
      units,
      saturated: values[2 * i]!,
      dead: values[2 * i + 1]!,
      isOutput,
    }));
  };
}

/** The shares of saturated values and of dead units, f32[2]. */
function sharesOf(y: Tensor, name: ActivationName): Tensor {
  const flags = cast(isSaturated(y, name), "f32");
  const axes = y.shape.map((_, axis) => axis);
  return stack([mean(flags), mean(min(flags, axes.slice(0, Math.max(axes.length - 1, 1))))]);
}

function isSaturated(y: Tensor, name: ActivationName): Tensor {
  if (name === "relu") return lessEqual(y, 0);
  return or(less(y, name === "tanh" ? -0.99 : 0.01), greater(y, 0.99));
}
