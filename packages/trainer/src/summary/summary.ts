import {
  add,
  applyModel,
  byteSize,
  cast,
  check,
  type Declaration,
  type DType,
  flatten,
  isFloat,
  type Layer,
  type Program,
  randomKey,
  sizeOf,
  sum,
  type Tensor,
  type TensorMap,
  type TensorType,
  trace,
  type Tree,
  type TreeOf,
  valueAndGradient,
  withPath,
  zeros,
} from "@nn/core";
import { checkKnown } from "../check-options.ts";
import { type ExampleType, exampleOf } from "./example-type.ts";
import { flopsByPath } from "./flops.ts";
import { layersOf, ownerOf } from "./layers.ts";

/** What a model consists of. Numbers of layers leave out the layers inside of them, so that they add up to the totals. */
export interface ModelSummary {
  readonly layers: readonly LayerSummary[];
  /** Numbers that are trained or could be, and how many of them are not frozen. */
  readonly parameters: number;
  readonly trainable: number;
  /** Numbers that are kept between steps and not trained. */
  readonly state: number;
  /** Floating-point operations of a prediction for one example; see `LayerSummary.flops`. */
  readonly flops: number;
  /**
   * Those of forward and backward pass in training, for one example, without the loss and the optimizer. Absent where
   * there is nothing to train, or no gradient, as of a `loop`.
   */
  readonly trainingFlops?: number;
  /** Memory of parameters and state. */
  readonly bytes: number;
}

/** One layer at one place of a model. */
export interface LayerSummary {
  /** As in `hidden/0/activation`; empty for the model itself. */
  readonly path: string;
  /** As in `@nn/layers-dense#dense`. */
  readonly kind: string;
  /** What it gives for one example: the type of a tensor, without the axis of the examples, or a tree of them. */
  readonly output: TreeOf<TensorType>;
  readonly parameters: number;
  readonly trainable: number;
  readonly state: number;
  /**
   * Floating-point operations of a prediction for one example: 2 for a multiply-add, 1 for an elementwise function of an
   * element. Moving, comparing and whole numbers count as none.
   */
  readonly flops: number;
  readonly bytes: number;
  /** Where the same layer value stands first, and its parameters and state are counted. */
  readonly sharedWith?: string;
}

/** How a summary is made. */
export interface SummaryOptions {
  /** What parameters, and inputs without a dtype of their own, are held in; f32 by default. */
  readonly dtype?: DType;
}

/**
 * The layers of a model with their outputs, parameters, floating-point operations and bytes, for examples of this shape.
 * Nothing is computed. `summaryText` and `summaryHtml` make tables of it.
 *
 * ```ts
 * console.log(summaryText(summary(model, [784])));
 * ```
 */
export function summary<In extends Tree, Out extends Tree>(
  model: Layer<In, Out>,
  input: ExampleType,
  options: SummaryOptions = {},
): ModelSummary {
  check(
    typeof model === "object" && model !== null && typeof model.apply === "function",
    () => `summary: expected a layer such as dense(1), got ${typeof model}`,
  );
  checkKnown("summary", options, ["dtype"]);
  const { dtype = "f32" } = options;
  check(
    dtype === "f32" || dtype === "f64",
    () => `summary: dtype must be f32 or f64, got ${String(dtype)}`,
  );
  const layer = model as unknown as Layer<Tree, Tree>;
  const example = exampleOf("summary", input, dtype);
  const { uses, declarations } = layersOf(layer, example, dtype);
  const figures = new Map(uses.map(({ path }) => [path, newFigures()]));
  for (const { path, shape, dtype: own, role, trainable } of declarations) {
    const figure = figures.get(ownerOf(path, figures))!;
    const size = sizeOf(shape);
    figure.bytes += size * byteSize(own);
    if (role === "state") figure.state += size;
    else figure.parameters += size;
    if (trainable) figure.trainable += size;
  }
  for (const [path, flops] of flopsByPath(forward(layer, declarations, example)))
    figures.get(ownerOf(path, figures))!.flops += flops;
  const total = newFigures();
  for (const figure of figures.values())
    for (const name of Object.keys(total) as (keyof Figures)[]) total[name] += figure[name];
  const isTrained =
    total.trainable > 0 && typesIn(uses[0]!.output).some(({ dtype: own }) => isFloat(own));
  const training = isTrained ? backward(layer, declarations, example) : undefined;
  const hasValues = (place: string): boolean =>
    declarations.some(({ path }) => path.startsWith(place && `${place}/`));
  return {
    layers: uses.map(({ path, kind, output, sharedWith }) => ({
      path,
      kind,
      output: withoutBatch(output),
      ...figures.get(path)!,
      ...(sharedWith !== undefined && hasValues(sharedWith) && { sharedWith }),
    })),
    ...total,
    ...(training && { trainingFlops: flopsOf(training) }),
  };
}

type Figures = Record<"parameters" | "trainable" | "state" | "flops" | "bytes", number>;

function newFigures(): Figures {
  return { parameters: 0, trainable: 0, state: 0, flops: 0, bytes: 0 };
}

/** All operations of a program but those of the loss. */
function flopsOf(program: Program): number {
  let flops = 0;
  for (const [path, own] of flopsByPath(program)) if (!path.includes(lossPath)) flops += own;
  return flops;
}

function withoutBatch(node: TreeOf<TensorType>): TreeOf<TensorType> {
  if (isType(node)) return { shape: node.shape.slice(1), dtype: node.dtype };
  if (Array.isArray(node)) return node.map(withoutBatch);
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, withoutBatch(child)]));
}

/** Whether it is a type, and not a tree of them. */
export function isType(node: TreeOf<TensorType>): node is TensorType {
  return "dtype" in node && typeof node.dtype === "string";
}

/** The types of all tensors in a tree. */
function typesIn(node: TreeOf<TensorType>): readonly TensorType[] {
  return isType(node) ? [node] : Object.values(node).flatMap(typesIn);
}

/** Values of some role, for a trace that only looks at their types. */
function values(
  declarations: readonly Declaration[],
  select: (declaration: Declaration) => boolean,
): TensorMap {
  const chosen = declarations.filter(select);
  return Object.fromEntries(chosen.map(({ path, shape, dtype }) => [path, zeros(shape, dtype)]));
}

function forward(
  model: Layer<Tree, Tree>,
  declarations: readonly Declaration[],
  input: Tree,
): Program {
  const parameters = values(declarations, ({ role }) => role === "parameter");
  const state = values(declarations, ({ role }) => role === "state");
  const predict = (own: TensorMap, kept: TensorMap, x: Tree): Tree =>
    applyModel(model, { parameters: own, state: kept }, x).output;
  return trace(predict, parameters, state, input);
}

/** Forward and backward pass, differentiating the sum of all outputs in place of a loss; undefined without a gradient. */
function backward(
  model: Layer<Tree, Tree>,
  declarations: readonly Declaration[],
  input: Tree,
): Program | undefined {
  const trained = values(declarations, ({ trainable }) => trainable);
  const frozen = values(declarations, ({ role, trainable }) => role === "parameter" && !trainable);
  const state = values(declarations, ({ role }) => role === "state");
  const pass = (own: TensorMap, rest: TensorMap, kept: TensorMap, x: Tree, key: Tensor): Tree[] => {
    const variables = { parameters: { ...rest, ...own }, state: kept };
    const { output, state: next } = applyModel(model, variables, x, { training: true, key });
    const floats = flatten(output).leaves.filter((leaf) => isFloat(leaf.dtype));
    const sums = (): Tensor => floats.map((leaf) => cast(sum(leaf), "f32")).reduce(add);
    return [withPath(floats, lossPath, sums), next];
  };
  try {
    return trace(valueAndGradient(pass), trained, frozen, state, input, randomKey(0));
  } catch {
    // Some models only predict: `fit` says what keeps one from being trained.
    return undefined;
  }
}

/** The path of what stands for a loss, whose own work does not count. */
const lossPath = "(loss)";
