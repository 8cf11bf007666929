import { check, isTensor, type TreeOf } from "@nn/core";
import type { DataSet, Rows, RowsTree, ShapedArray } from "./data.ts";

/**
 * The same tree with every set of examples replaced. Properties that are undefined are left out. `path` begins with
 * `name`, which errors begin with, too.
 */
export function mapRows<T>(
  name: string,
  data: RowsTree | DataSet,
  fn: (leaf: Rows, path: string) => T,
): TreeOf<T> {
  const visit = (node: RowsTree, path: string): TreeOf<T> => {
    if (isLeaf(node)) return fn(node, path);
    check(
      typeof node === "object" && node !== null,
      () =>
        `${path}: expected a tensor, nested arrays of numbers or { data, shape }, got ${String(node)}`,
    );
    const entries = Object.entries(node)
      .filter(([, child]) => child !== undefined)
      .map(([key, child]) => [key, visit(child as RowsTree, `${path}.${key}`)] as const);
    return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  };
  return visit(data as RowsTree, name);
}

/**
 * The number of rows, which has to be the same everywhere in the data, and at least one. `name` is what errors begin
 * with.
 *
 * ```ts
 * countRows("data", { inputs: { age: [31, 54], image: { data, shape: [2, 8, 8] } }, targets: [0, 1] }); // 2
 * ```
 */
export function countRows(name: string, data: RowsTree | DataSet): number {
  let first: { readonly path: string; readonly rows: number } | undefined;
  mapRows(name, data, (leaf, path) => {
    const rows = rowsOf(leaf);
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
  });
  check(first, () => `${name}: expected at least one tensor or array, got none`);
  return first.rows;
}

/** The number of examples; undefined for single numbers. */
export function rowsOf(leaf: Rows): number | undefined {
  if (isTensor(leaf) || isShaped(leaf)) return leaf.shape[0];
  return typeof leaf === "object" ? leaf.length : undefined;
}

/** What nested arrays begin with: it tells data from a list of tensors, and numbers from booleans. */
export function firstElement(node: unknown): unknown {
  let at = isShaped(node) ? node.data : node;
  while (Array.isArray(at)) at = at[0];
  return at;
}

/** Whether it is a typed array with its shape. */
export function isShaped(node: unknown): node is ShapedArray {
  return (
    typeof node === "object" &&
    node !== null &&
    "data" in node &&
    "shape" in node &&
    ArrayBuffer.isView(node.data)
  );
}

function isLeaf(node: RowsTree): node is Rows {
  if (isTensor(node) || isShaped(node)) return true;
  if (!Array.isArray(node)) return typeof node === "number" || ArrayBuffer.isView(node);
  const example = firstElement(node);
  return typeof example !== "object" || example === null || ArrayBuffer.isView(example);
}
