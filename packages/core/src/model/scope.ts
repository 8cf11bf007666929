import { TensorError, check, show } from "../engine/errors.ts";
import { sameShape, showType } from "../engine/dtype.ts";
import { joinPath, withPath } from "../engine/trace.ts";
import { flatten } from "../engine/tree.ts";
import type {
  Declaration,
  Layer,
  ParameterOptions,
  Scope,
  StateOptions,
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

/** Applies a layer at a place of the model. */
export function applyLayer<In extends Tree, Out extends Tree>(
  pass: Pass,
  layer: Layer<In, Out>,
  path: string,
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
  return withPath(operands, lastName(path), () =>
    layer.apply(new LayerScope(pass, place, path), input),
  );
}

class LayerScope implements Scope {
  readonly path: string;
  private readonly pass: Pass;
  /** Where it is used, which differs from `path` for a shared layer: its random stream is its own. */
  private readonly use: string;
  private draws = 0;

  constructor(pass: Pass, path: string, use: string) {
    this.pass = pass;
    this.path = path;
    this.use = use;
  }

  get training(): boolean {
    return this.pass.training;
  }

  parameter(name: string, shape: readonly number[], options: ParameterOptions = {}): Tensor {
    return this.value("parameter", name, shape, options);
  }

  state(name: string, shape: readonly number[], options: StateOptions = {}): Tensor {
    return this.value("state", name, shape, options);
  }

  setState(name: string, value: Tensor): void {
    if (!this.pass.training) return;
    const path = joinPath(this.path, name);
    const declared = this.pass.declarations.get(path);
    if (declared?.role !== "state")
      throw new TensorError(
        `setState: '${path}' is no state of this layer; declare it with scope.state() first`,
      );
    check(
      sameShape(declared.shape, value.shape) && declared.dtype === value.dtype,
      () => `setState: '${path}' is ${showType(declared)}, got ${showType(value)}`,
    );
    this.pass.nextState.set(path, value);
  }

  key(): Tensor {
    const { key } = this.pass;
    if (!key)
      throw new TensorError(
        `'${this.use}' draws random numbers; pass { key } when applying the model in training`,
      );
    return foldIn(key, `${this.use}:${this.draws++}`);
  }

  apply<In extends Tree, Out extends Tree>(name: string, layer: Layer<In, Out>, input: In): Out {
    check(
      name !== "" && !name.includes("/"),
      () => `a layer's name must not be empty or contain '/', got '${name}'`,
    );
    return applyLayer(this.pass, layer, joinPath(this.path, name), input);
  }

  private value(
    role: Declaration["role"],
    name: string,
    shape: readonly number[],
    { initializer, trainable, optimizer, dtype = this.pass.dtype }: ParameterOptions,
  ): Tensor {
    const path = joinPath(this.path, name);
    const earlier = this.pass.declarations.get(path);
    check(
      !earlier || (sameShape(earlier.shape, shape) && earlier.role === role),
      () =>
        `'${path}' was ${earlier!.role} ${show(earlier!.shape)} before and is ${role} ${show(shape)} now`,
    );
    this.pass.declarations.set(path, {
      path,
      shape,
      dtype,
      role,
      trainable: role === "parameter" && trainable !== false,
      ...(initializer && { initializer }),
      ...(optimizer && { optimizer }),
    });
    const values = role === "parameter" ? this.pass.parameters : this.pass.state;
    if (!values) return zeros(shape, dtype);
    const value = this.pass.nextState.get(path) ?? values[path];
    if (!value)
      throw new TensorError(
        `the model has ${role} '${path}', which was not given; initialize() makes all of them`,
      );
    check(
      sameShape(value.shape, shape),
      () => `${role} '${path}' is ${showType(value)}, the model expects ${show(shape)}`,
    );
    return value;
  }
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
