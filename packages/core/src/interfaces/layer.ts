import type { Described } from "./described.ts";
import type { UpdateRule } from "./optimizer.ts";
import type { DType, Tensor, Tree } from "./tensor.ts";

/**
 * A function of tensors with parameters. A layer is a plain value without tensors of its own: it names what it needs,
 * and the kernel keeps it. The same layer value used twice in a model shares its parameters.
 *
 * ```ts
 * const scale: Layer = {
 *   kind: "@acme/layers#scale", config: {},
 *   apply: (scope, x) => mul(x, scope.parameter("factor", [x.shape.at(-1)!], { initializer: constant(1) })),
 * };
 * ```
 */
export interface Layer<In extends Tree = Tensor, Out extends Tree = Tensor> extends Described {
  /**
   * The output for a batch: tensors, or trees of them, with the examples along axis 0. It is traced, and called once
   * with placeholders to find out which parameters there are, so it must name the same ones for every input. When
   * predicting, no example may depend on the others beside it: `predict` adds rows to a batch.
   */
  apply(scope: Scope, input: In): Out;
}

/** What a layer is given besides its input. */
export interface Scope {
  /** The layer's place in the model, as in `hidden/0`. Parameters, state and random streams are named after it. */
  readonly path: string;
  /** False when predicting: dropout and the like do nothing, and state stays as it is. */
  readonly training: boolean;
  /** A parameter, at `path/name`. */
  parameter(name: string, shape: readonly number[], options?: ParameterOptions): Tensor;
  /** A value that is kept between steps but not trained, at `path/name`. */
  state(name: string, shape: readonly number[], options?: StateOptions): Tensor;
  /** Replaces a state value after this step; without effect when not training. */
  setState(name: string, value: Tensor): void;
  /** A random key (i32[2]) that belongs to this layer and step; each call gives another one. */
  key(): Tensor;
  /** The output of a layer inside of this one, at `path/name`. */
  apply<In extends Tree, Out extends Tree>(name: string, layer: Layer<In, Out>, input: In): Out;
}

/** How a parameter starts and how it is trained. Layers pass on what their users set for weights and for biases. */
export interface ParameterOptions extends StateOptions {
  /** Frozen where false: it gets no gradient and no update. Default true. */
  readonly trainable?: boolean;
  /** An update rule of its own, instead of the one that `fit` is given. */
  readonly optimizer?: UpdateRule;
}

/** How a value starts; zeros and the model's dtype by default. */
export interface StateOptions {
  readonly initializer?: Initializer;
  readonly dtype?: DType;
}

/** Draws the first value of a parameter. Fans are worked out from the shape, see `fans`. */
export interface Initializer extends Described {
  initialize(key: Tensor, shape: readonly number[], dtype: DType): Tensor;
}

/** What a model turned out to need: one for each parameter and state value, in the order of use. */
export interface Declaration {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly initializer?: Initializer;
  readonly role: "parameter" | "state";
  readonly trainable: boolean;
  readonly optimizer?: UpdateRule;
}

/** Tensors by their path. */
export type TensorMap = { readonly [path: string]: Tensor };
