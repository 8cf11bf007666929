import {
  applyModel,
  describe,
  flatten,
  isFloat,
  type Layer,
  type Scope,
  type Tensor,
  type TensorMap,
  type Tree,
  type Variables,
} from "@nn/core";

/**
 * Applies one of several models inside of a layer, with parameters of its own at `name`, also where the models are one
 * layer value several times, which would share them otherwise.
 */
export function applyMember<In extends Tree, Out extends Tree>(
  scope: Scope,
  name: string,
  model: Layer<In, Out>,
  input: In,
): Out {
  const { training } = scope;
  const parameters: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  // The model's dtype, which only the outermost scope knows, matters here beside inputs of a dtype alone.
  const dtypes = flatten(input).leaves.map(({ dtype }) => dtype);
  const { declarations } = describe(model, input, dtypes.find(isFloat));
  for (const declared of declarations) {
    const { path, shape, dtype, role, trainable, initializer, optimizer } = declared;
    const place = `${name}/${path}`;
    const options = {
      ...(initializer && { initializer }),
      ...(!isFloat(dtype) && { dtype }),
    };
    if (role === "state") state[path] = scope.state(place, shape, options);
    else {
      const own = { ...options, trainable, ...(optimizer && { optimizer }) };
      parameters[path] = scope.parameter(place, shape, own);
    }
  }
  const drawing = training ? { training, key: scope.key() } : {};
  const result = applyModel(model, { parameters, state }, input, drawing);
  if (training) for (const path in state) scope.setState(`${name}/${path}`, result.state[path]!);
  return result.output;
}

/** The variables of several models under the names that `applyMember` gives them. */
export function joinVariables(members: readonly Variables[]): Variables {
  const joined = (key: keyof Variables): TensorMap =>
    Object.fromEntries(
      members.flatMap((own, i) =>
        Object.entries(own[key]).map(([path, value]) => [`${i}/${path}`, value] as const),
      ),
    );
  return { parameters: joined("parameters"), state: joined("state") };
}
