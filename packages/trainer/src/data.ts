import {
  type Backend,
  check,
  type DType,
  isTensor,
  place,
  tensor,
  type Tensor,
  type TensorData,
  TensorError,
  type Tree,
  type TypedArray,
} from "@nn/core";

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

/** Puts a data set on a backend, see `upload`, and checks its weights. */
export async function uploadSet(
  name: string,
  backend: Backend,
  data: DataSet,
  dtype: DType,
): Promise<Resident<Batch>> {
  check(
    data?.inputs !== undefined && data.targets !== undefined,
    () => `${name}: expected { inputs, targets }, got ${data ? `{ ${Object.keys(data)} }` : data}`,
  );
  const resident = upload<Batch>(name, backend, data as unknown as RowsTree, dtype);
  const { weights } = resident.tree;
  if (!weights) return resident;
  const numbers = await (await place(backend, weights)).read();
  const at = numbers.findIndex((weight) => !(weight >= 0));
  if (at < 0 && numbers.some((weight: number) => weight > 0)) return resident;
  resident.release();
  throw new TensorError(
    `${name}.weights: expected numbers from 0, one of them above, but ` +
      (at < 0 ? "all are 0" : `row ${at} has ${numbers[at]}`),
  );
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
  const own: Tensor[] = [];
  let first: { readonly path: string; readonly rows: number } | undefined;
  const visit = (node: RowsTree, path: string): Tree => {
    const example = firstElement(node);
    if (!isLeaf(node, example)) {
      check(
        typeof node === "object" && node !== null,
        () =>
          `${path}: expected a tensor, nested arrays of numbers or { data, shape }, got ${String(node)}`,
      );
      const entries = Object.entries(node)
        .filter(([, child]) => child !== undefined)
        .map(([key, child]) => [key, visit(child as RowsTree, `${path}.${key}`)] as const);
      return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
    }
    const leaf = isTensor(node) ? checkHome(node, path, backend) : read(node, example, path);
    if (leaf !== node) own.push(leaf);
    const [rows] = leaf.shape;
    check(
      rows !== undefined,
      () => `${path}: a single number is no data; the examples stand along axis 0`,
    );
    check(rows > 0, () => `${path}: expected at least one row, got none`);
    const start = (first ??= { path, rows });
    check(
      rows === start.rows,
      () =>
        `${path}: has ${rows} rows where ${start.path} has ${start.rows}; give every example a row in each`,
    );
    return leaf;
  };
  const read = (node: TensorData | ShapedArray, example: unknown, path: string): Tensor => {
    const { data, shape } = isShaped(node) ? node : { data: node, shape: undefined };
    const isFloat = typeof example === "number" || example === undefined || isFloatArray(example);
    try {
      return tensor(backend, data, { ...(shape && { shape }), ...(isFloat && { dtype }) });
    } catch (error) {
      throw new TensorError(`${path}: ${(error as Error).message}`);
    }
  };
  const tree = visit(data, name) as T;
  check(first, () => `${name}: expected at least one tensor or array, got none`);
  return { tree, rows: first.rows, release: () => own.forEach((leaf) => leaf.dispose()) };
}

/** What nested arrays begin with: it tells data from a list of tensors, and numbers from booleans. */
function firstElement(node: unknown): unknown {
  let at = isShaped(node) ? node.data : node;
  while (Array.isArray(at)) at = at[0];
  return at;
}

function isLeaf(node: RowsTree, example: unknown): node is Rows {
  if (isTensor(node) || isShaped(node)) return true;
  if (!Array.isArray(node)) return typeof node === "number" || ArrayBuffer.isView(node);
  return example === undefined || typeof example !== "object" || ArrayBuffer.isView(example);
}

function isShaped(node: unknown): node is ShapedArray {
  return (
    typeof node === "object" &&
    node !== null &&
    "data" in node &&
    "shape" in node &&
    ArrayBuffer.isView(node.data)
  );
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
