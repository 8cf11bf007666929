import { check, show } from "../engine/errors.ts";
import { sameShape, sameType, showType } from "../engine/dtype.ts";
import { joinPath, withPath } from "../engine/trace.ts";
import { flatten } from "../engine/tree.ts";
import type {
  Declaration,
  Layer,
  ParameterOptions,
  Scope,
  TensorMap,
} from "../interfaces/layer.ts";
import type { DType, Tensor, Tree } from "../interfaces/tensor.ts";
import { zeros } from "../ops/constant.ts";
import { foldIn } from "../ops/random.ts";

/** What all scopes of one pass through a model share. */
export interface Pass {
  readonly training: boolean;
  readonly dtype: DType;
  readonly key: Tensor | undefined;
  /** The values to use; absent while the model is being described. */
  readonly parameters?: TensorMap;
  readonly state?: TensorMap;
  readonly declarations: Map<string, Declaration>;
  readonly nextState: Map<string, Tensor>;
  /** Where each layer value was used first: there are its parameters. */
  readonly places: Map<Layer<Tree, Tree>, string>;
  /** Layer values by the place they were used at first, to tell two layers with one name. */
  readonly owners: Map<string, Layer<Tree, Tree>>;
}

/**
 * Applies a layer. `path` is where its parameters are unless the layer value was used before; `use` is where it is used
 * now, which names its random streams.
 */
export function applyLayer<In extends Tree, Out extends Tree>(
  pass: Pass,
  layer: Layer<In, Out>,
  path: string,
  use: string,
  input: In,
): Out {
  const shared = layer as unknown as Layer<Tree, Tree>;
  const place = pass.places.get(shared) ?? path;
  const owner = pass.owners.get(place);
  check(
    !owner || owner === shared,
    () => `two layers are named '${place}'; give each its own name`,
  );
  pass.places.set(shared, place);
  pass.owners.set(place, shared);
  const operands = flatten(input, `the input of ${layer.kind}`).leaves;
  return withPath(operands, use.slice(use.lastIndexOf("/") + 1), () =>
    layer.apply(makeScope(pass, place, use), input),
  );
}

function makeScope(pass: Pass, place: string, use: string): Scope {
  const { training, declarations, nextState } = pass;
  let draws = 0;

  const value = (
    role: Declaration["role"],
    name: string,
    shape: readonly number[],
    { initializer, trainable = true, optimizer, ...options }: ParameterOptions = {},
  ): Tensor => {
    const path = joinPath(place, name);
    const values = role === "parameter" ? pass.parameters : pass.state;
    const dtype = values?.[path]?.dtype ?? options.dtype ?? pass.dtype;
    const earlier = declarations.get(path);
    check(
      !earlier || (sameShape(earlier.shape, shape) && earlier.role === role),
      () =>
        `'${path}' was ${earlier!.role} ${show(earlier!.shape)} before and is ${role} ${show(shape)} now`,
    );
    declarations.set(path, {
      path,
      shape,
      dtype,
      role,
      trainable: role === "parameter" && trainable,
      ...(initializer && { initializer }),
      ...(optimizer && { optimizer }),
    });
    if (!values) return zeros(shape, dtype);
    const found = nextState.get(path) ?? values[path];
    check(
      found && sameShape(found.shape, shape),
      () =>
        `${role} '${path}' is ${found ? showType(found) : "missing"}, expected ${show(shape)}; initialize() makes all of them`,
    );
    return found;
  };

  return {
    path: place,
    training,
    parameter: (name, shape, options) => value("parameter", name, shape, options),
    state: (name, shape, options) => value("state", name, shape, options),
    setState(name, next) {
      const path = joinPath(place, name);
      const declared = declarations.get(path);
      check(
        declared?.role === "state" && sameType(declared, next),
        () =>
          `setState: '${path}' is ${declared ? showType(declared) : "not declared with scope.state()"}, got ${showType(next)}`,
      );
      if (training) nextState.set(path, next);
    },
    key() {
      const { key } = pass;
      check(
        key,
        () => `'${use}' draws random numbers; pass { key } when applying the model in training`,
      );
      return foldIn(key, `${use}:${draws++}`);
    },
    apply(name, layer, input) {
      check(
        name !== "" && !name.includes("/"),
        () => `a layer's name must not be empty or contain '/', got '${name}'`,
      );
      return applyLayer(pass, layer, joinPath(place, name), joinPath(use, name), input);
    },
  };
}
