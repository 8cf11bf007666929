import {
  allocate,
  applyModel,
  type Backend,
  check,
  type DType,
  flatten,
  gather,
  type HostTensor,
  isFloat,
  jit,
  sizeOf,
  tensor,
  type Tensor,
  type TensorMap,
  type Tree,
  type TypedArray,
} from "@nn/core";
import { newBreather } from "../breather.ts";
import { type HostLike, type RowsTree, uploadRows } from "../inputs/examples.ts";
import { type Explained, openExplained } from "../inputs/explained.ts";
import { withNumbers } from "../inputs/with-numbers.ts";
import { checkCount, checkFunction, checkSignal } from "../options.ts";
import { type OutputChoice, outputOf } from "../output/output-choice.ts";

/** What to explain, and where. */
export interface AttributionOptions<In extends Tree, Out extends Tree, Rows extends RowsTree> {
  /** What `fit` returns, or `{ model, parameters, state }`. */
  readonly model: Explained<In, Out>;
  /** The examples to explain. */
  readonly inputs: Rows;
  /** Which output to explain, where there are several. */
  readonly output?: OutputChoice<Out>;
  /** Rows at a time; 256 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  /** Where to compute, for a model without parameters. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
  /** Called after every batch, with the number of rows. */
  onProgress?(progress: { readonly done: number; readonly total: number }): void;
}

/** What every input number has to do with an output. */
export interface Attributions<Rows extends RowsTree> {
  /**
   * A number for every input number, in the form and the shapes of the inputs. Inputs that are whole numbers or bools
   * have no gradient: theirs are 0.
   */
  readonly values: HostLike<Rows>;
  /** The output that was explained, for every row. */
  readonly outputs: TypedArray;
}

/** The names of the options that all attributions have. */
export const attributionOptions: readonly string[] = [
  "model",
  "inputs",
  "output",
  "batchSize",
  "backend",
  "signal",
  "onProgress",
];

/** A batch within a program. */
export interface TracedBatch {
  /** The numbers of its rows, i32[rows]. */
  readonly numbers: Tensor;
  /** Those of its inputs that are floats. */
  readonly floats: readonly Tensor[];
  /** The chosen output, [rows], of a batch with other floats; which one is largest, the batch itself tells. */
  outputAt(floats: readonly Tensor[]): Tensor;
}

/** What is found of a batch: a tensor like each of the floats, and figures of the rows, [rows]. */
export interface Found {
  readonly values: readonly Tensor[];
  readonly figures: TensorMap;
}

/** What an attribution needs besides the inputs. */
export interface Extra {
  readonly tree: Tree;
  release(): void;
}

/** Where inputs are. */
export interface Place {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly inputs: Tree;
}

/**
 * Explains all rows, batch by batch, in one program. `open` puts on the backend what is needed besides, `explain` says what
 * to make of a batch. Traced.
 */
export async function attribute<In extends Tree, Out extends Tree, Rows extends RowsTree>(
  name: string,
  options: AttributionOptions<In, Out, Rows>,
  open: (place: Place) => Extra,
  explain: (batch: TracedBatch, extra: Tree) => Found,
): Promise<{
  readonly values: unknown;
  readonly figures: { readonly [name: string]: TypedArray };
}> {
  const { batchSize = 256, onProgress, signal } = options;
  checkCount(`${name}: batchSize`, batchSize);
  checkFunction(`${name}: onProgress`, onProgress);
  checkSignal(`${name}: signal`, signal);
  const breathe = newBreather(signal);
  const { explained, backend, dtype } = openExplained(name, options.model, options.backend);
  const opened: { release(): void }[] = [];
  try {
    const resident = uploadRows(`${name}: inputs`, backend, options.inputs, dtype);
    opened.push(resident);
    const { tree: inputs, rows } = resident;
    const { leaves, rebuild } = flatten(inputs);
    const isInput = leaves.map((leaf) => isFloat(leaf.dtype));
    check(
      isInput.includes(true),
      () =>
        `${name}: inputs has no floating-point numbers, so there is no gradient; pass bytes as a Float32Array`,
    );
    const output = outputOf(name, options.output, rows);
    const keep = (values: Int32Array): Tensor => {
      const kept = tensor(backend, values);
      opened.push({ release: () => kept.dispose() });
      return kept;
    };
    const labels = output.numbers ? [keep(output.numbers)] : [];
    const extra = open({ backend, dtype, inputs });
    opened.push(extra);
    const run = jit(function attribution(
      variables: { readonly parameters: TensorMap; readonly state: TensorMap },
      all: { readonly inputs: Tree; readonly labels: readonly Tensor[]; readonly extra: Tree },
      numbers: Tensor,
    ): { readonly values: readonly Tensor[]; readonly figures: TensorMap } {
      const batch = flatten(all.inputs).leaves.map((leaf) => gather(leaf, numbers));
      const floats = batch.filter((_, i) => isInput[i]);
      const chosen = all.labels.map((each) => gather(each, numbers))[0];
      const predict = (own: readonly Tensor[]): Tree => {
        const next = own.values();
        const leaves = batch.map((leaf, i) => (isInput[i] ? next.next().value! : leaf));
        return applyModel(explained.model, variables, rebuild(leaves) as Tree).output;
      };
      const reference = output.isRelative ? predict(floats) : undefined;
      const outputAt = (own: readonly Tensor[]): Tensor =>
        output.pick(predict(own), chosen, reference);
      return explain({ numbers, floats, outputAt }, all.extra);
    });
    const values = leaves.map(({ shape, dtype: own }): HostTensor => {
      const type = isFloat(own) ? own : "f32";
      return { shape, dtype: type, data: allocate(type, sizeOf(shape)) };
    });
    const found = values.filter((_, i) => isInput[i]);
    const figures: Record<string, TypedArray> = {};
    const { parameters, state } = explained;
    for (let at = 0; at < rows; at += batchSize) {
      const length = Math.min(batchSize, rows - at);
      const numbers = Int32Array.from({ length }, (_, i) => at + i);
      const part = withNumbers(backend, numbers, (own) =>
        run({ parameters, state }, { inputs, labels, extra: extra.tree }, own),
      );
      for (const [i, { data, shape }] of found.entries())
        data.set(await take(part.values[i]!), at * sizeOf(shape.slice(1)));
      for (const [figure, measured] of Object.entries(part.figures))
        (figures[figure] ??= allocate(measured.dtype, rows)).set(await take(measured), at);
      onProgress?.({ done: at + length, total: rows });
      await breathe();
    }
    return { values: rebuild(values), figures };
  } finally {
    for (const each of opened) each.release();
  }
}

async function take(x: Tensor): Promise<TypedArray> {
  const values = await x.read();
  x.dispose();
  return values;
}
