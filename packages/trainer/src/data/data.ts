import {
  type Backend,
  check,
  type DType,
  isTensor,
  tensor,
  type Tensor,
  type TensorData,
  TensorError,
  type Tree,
  type TypedArray,
} from "@nn/core";
import { countRows, firstElement, isShaped, mapRows } from "./rows-tree.ts";

/** A typed array together with its shape; the examples stand along axis 0. */
export interface ShapedArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** Examples: a tensor, nested arrays of numbers, a typed array of single numbers, or one with its shape. */
export type Rows = Tensor | TensorData | ShapedArray;

/** Examples in the form that the model takes: one tensor, or arrays and objects of several. */
export type RowsTree = Rows | readonly RowsTree[] | { readonly [key: string]: RowsTree };

/** Examples with what the model should return for them. */
export interface DataSet {
  readonly inputs: RowsTree;
  readonly targets: RowsTree;
  /** How much each example counts, [rows]; all the same by default. */
  readonly weights?: Rows;
}

/** A data set on a backend. */
export type Batch = { readonly inputs: Tree; readonly targets: Tree; readonly weights?: Tensor };

/** Data on a backend. */
export interface Resident<T extends Tree> {
  readonly tree: T;
  readonly rows: number;
  /** Gives back what was uploaded; the caller's own tensors stay. */
  release(): void;
}

/**
 * Puts a data set on a backend, for those who train on it several times, and checks its weights. Numbers, `Float32Array`
 * and `Float64Array` become `dtype`; booleans and integer arrays stay what they are. `name` is what errors begin with.
 *
 * ```ts
 * const { tree, release } = await uploadSet("search: data", backend, { inputs, targets }, "f32");
 * for (const seed of [1, 2, 3]) await fit({ backend, data: tree, seed, … });
 * release();
 * ```
 */
export async function uploadSet(
  name: string,
  backend: Backend,
  data: DataSet,
  dtype: DType,
): Promise<Resident<Batch>> {
  return uploadBatch(name, backend, data, dtype, false);
}

/** Like `uploadSet`; a part of something larger may have no weight above 0. */
export async function uploadBatch(
  name: string,
  backend: Backend,
  data: DataSet,
  dtype: DType,
  isPart: boolean,
): Promise<Resident<Batch>> {
  check(
    data?.inputs !== undefined && data.targets !== undefined,
    () => `${name}: expected { inputs, targets }, got ${data ? `{ ${Object.keys(data)} }` : data}`,
  );
  const other = Object.keys(data).find((key) => !["inputs", "targets", "weights"].includes(key));
  check(
    other === undefined,
    () => `${name}: a data set has no '${other}'; there are inputs, targets and weights`,
  );
  const resident = upload<Batch>(name, backend, data as unknown as RowsTree, dtype);
  try {
    if (resident.tree.weights)
      await (await import("./check-weights.ts")).checkWeights(name, backend, resident, isPart);
    return resident;
  } catch (error) {
    resident.release();
    throw error;
  }
}

/**
 * Puts data on a backend, where all its tensors have to have the same number of rows. Numbers, `Float32Array` and
 * `Float64Array` become `dtype`; booleans and integer arrays stay what they are.
 */
export function upload<T extends Tree>(
  name: string,
  backend: Backend,
  data: RowsTree,
  dtype: DType,
): Resident<T> {
  const rows = countRows(name, data);
  const own: Tensor[] = [];
  const read = (node: TensorData | ShapedArray, path: string): Tensor => {
    const example = firstElement(node);
    const { data, shape } = isShaped(node) ? node : { data: node, shape: undefined };
    const isFloat = typeof example === "number" || example === undefined || isFloatArray(example);
    try {
      return tensor(backend, data, { ...(shape && { shape }), ...(isFloat && { dtype }) });
    } catch (error) {
      throw new TensorError(`${path}: ${(error as Error).message}`, { cause: error });
    }
  };
  const release = (): void => own.forEach((leaf) => leaf.dispose());
  try {
    const tree = mapRows(name, data, (leaf, path) => {
      if (isTensor(leaf)) return checkHome(leaf, path, backend);
      const uploaded = read(leaf, path);
      own.push(uploaded);
      return uploaded;
    }) as T;
    return { tree, rows, release };
  } catch (error) {
    release();
    throw error;
  }
}

function isFloatArray(data: unknown): boolean {
  return data instanceof Float32Array || data instanceof Float64Array;
}

function checkHome(value: Tensor, path: string, backend: Backend): Tensor {
  const { source } = value;
  const home = source.state === "value" ? source.backend : backend;
  check(
    home === backend,
    () =>
      `${path}: is on another backend (${home.kind}) than the one that this runs on (${backend.kind}); ` +
      "move it with `await place(backend, tensor)`",
  );
  return value;
}
