import {
  type Backend,
  check,
  type DType,
  flatten,
  type HostTensor,
  isTensor,
  showType,
  tensor,
  type Tensor,
  type TensorData,
  TensorError,
  type Tree,
  type TypedArray,
} from "@nn/core";
import { isObject, show } from "../options.ts";

/** A typed array together with its shape; the examples stand along axis 0. */
export interface ShapedArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** Examples: a tensor, nested arrays of numbers, a typed array of single numbers, or one with its shape. */
export type Rows = Tensor | TensorData | ShapedArray;

/** Examples in the form that the model takes: one tensor, or arrays and objects of several. */
export type RowsTree = Rows | readonly RowsTree[] | { readonly [key: string]: RowsTree };

/** What is found for each number of some examples, in the form that these have. */
export type HostLike<T> = T extends Rows
  ? HostTensor
  : { readonly [Key in keyof T]: HostLike<T[Key]> };

/** Examples on a backend. */
export interface Resident {
  readonly tree: Tree;
  readonly rows: number;
  /** Gives back what was uploaded; the caller's own tensors stay. */
  release(): void;
}

/**
 * Puts examples on a backend, all with the same number of rows. Numbers, `Float32Array` and `Float64Array` become
 * `dtype`; booleans and integer arrays stay what they are. What is undefined is left out. Errors begin with `name`.
 */
export function uploadRows(
  name: string,
  backend: Backend,
  examples: RowsTree | { readonly [key: string]: RowsTree | undefined },
  dtype: DType,
): Resident {
  const own: Tensor[] = [];
  const release = (): void => own.forEach((leaf) => leaf.dispose());
  try {
    const tree = visit(name, examples as RowsTree, (leaf, path) => {
      if (isTensor(leaf)) return checkHome(path, backend, leaf);
      own.push(uploadLeaf(path, backend, leaf, dtype));
      return own.at(-1)!;
    });
    return { tree, rows: rowsOf(name, tree), release };
  } catch (error) {
    release();
    throw error;
  }
}

function visit(path: string, node: RowsTree, fn: (leaf: Rows, path: string) => Tensor): Tree {
  if (isLeaf(node)) return fn(node, path);
  check(
    isObject(node),
    () =>
      `${path}: expected a tensor, nested arrays of numbers or { data, shape }, got ${show(node)}`,
  );
  const inside = ([key, child]: [string, unknown]): [string, Tree] => [
    key,
    visit(`${path}.${key}`, child as RowsTree, fn),
  ];
  const entries = Object.entries(node)
    .filter(([, child]) => child !== undefined)
    .map(inside);
  return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** Whether it stands for one tensor, and not for several. */
export function isLeaf(node: unknown): node is Rows {
  if (isTensor(node) || isShaped(node)) return true;
  const first = firstOf(node);
  return typeof first === "number" || typeof first === "boolean" || ArrayBuffer.isView(first);
}

/** Whether it is a typed array with its shape. */
export function isShaped(node: unknown): node is ShapedArray {
  return isObject(node) && !isTensor(node) && ArrayBuffer.isView(node["data"]) && "shape" in node;
}

/** What nested arrays begin with; typed arrays count as elements. */
function firstOf(node: unknown): unknown {
  let first = node;
  while (Array.isArray(first)) first = first[0];
  return first;
}

function uploadLeaf(
  path: string,
  backend: Backend,
  leaf: TensorData | ShapedArray,
  dtype: DType,
): Tensor {
  const { data, shape } = isShaped(leaf) ? leaf : { data: leaf, shape: undefined };
  const first = firstOf(data);
  const isFloat =
    typeof first === "number" || first instanceof Float32Array || first instanceof Float64Array;
  try {
    return tensor(backend, data, { ...(shape && { shape }), ...(isFloat && { dtype }) });
  } catch (error) {
    throw new TensorError(`${path}: ${(error as Error).message}`);
  }
}

function checkHome(path: string, backend: Backend, leaf: Tensor): Tensor {
  const { source } = leaf;
  check(
    source.state === "value" && source.backend === backend,
    () =>
      `${path}: is ${source.state === "value" ? `on another backend (${source.backend.kind})` : `a ${source.state} tensor`}, ` +
      `not on the model's (${backend.kind}); move it with \`await place(backend, tensor)\``,
  );
  return leaf;
}

/** How many rows all tensors have. */
function rowsOf(name: string, tree: Tree): number {
  const { leaves, paths } = flatten(tree, name);
  const [first] = leaves;
  check(first, () => `${name}: expected at least one tensor or array, got none`);
  const [rows] = first.shape;
  leaves.forEach((leaf, i) =>
    check(
      rows !== undefined && rows > 0 && leaf.shape[0] === rows,
      () =>
        `${name}${paths[i] && `.${paths[i]}`}: is ${showType(leaf)}, expected ` +
        (rows
          ? `${rows} examples along axis 0, as the others have`
          : "at least one example along axis 0"),
    ),
  );
  return rows!;
}
