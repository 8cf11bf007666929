import {
  check,
  gather,
  isTensor,
  sizeOf,
  tensor,
  type Tensor,
  type TensorData,
  type TypedArray,
} from "@nn/core";
import type { DataSet, Rows, RowsTree, ShapedArray } from "./data.ts";
import { arrayLike } from "./array-like.ts";
import { countRows, isShaped, mapRows } from "./rows-tree.ts";

/**
 * The given rows of some data, in the given order, in the form that the data has; rows may repeat. Rows of nested
 * arrays are shared with the data, numbers of typed arrays are copied. Of tensors, new ones are made where they are,
 * with `gather`: dispose of them when they are not needed any more, or leave them to the garbage collector where the
 * backend's memory is collected.
 *
 * ```ts
 * const { train, test } = splitRows(1000, { test: 0.2 });
 * const data = { inputs: takeRows(inputs, train), targets: takeRows(targets, train) };
 * ```
 */
export function takeRows<T extends RowsTree | DataSet>(data: T, rows: ArrayLike<number>): T {
  const count = countRows("takeRows: data", data);
  const length: unknown = rows?.length;
  check(length !== undefined, () => `takeRows: expected row numbers, got ${String(rows)}`);
  check(rows.length > 0, () => "takeRows: expected at least one row number, got none");
  const numbers = Int32Array.from(rows);
  const at = numbers.findIndex((row, i) => row !== rows[i] || row < 0 || row >= count);
  check(
    at < 0,
    () =>
      `takeRows: row numbers must be whole and from 0 to ${count - 1}, got ${rows[at]} at position ${at}`,
  );
  return mapRows("takeRows: data", data, (leaf, path) => takeLeaf(leaf, numbers, path)) as T;
}

function takeLeaf(leaf: Rows, rows: Int32Array, path: string): Rows {
  if (isTensor(leaf)) return takeTensor(leaf, rows, path);
  if (isShaped(leaf)) return takeShaped(leaf, rows, path);
  if (!isTypedArray(leaf)) return Array.from(rows, (row) => (leaf as readonly TensorData[])[row]!);
  return takeShaped({ data: leaf, shape: [leaf.length] }, rows, path).data;
}

function takeTensor(leaf: Tensor, rows: Int32Array, path: string): Tensor {
  const { source } = leaf;
  check(
    source.state === "value",
    () => `${path}: is on no backend yet; use \`place(backend, tensor)\` first`,
  );
  const numbers = tensor(source.backend, rows);
  const taken = gather(leaf, numbers);
  numbers.dispose();
  return taken;
}

function takeShaped({ data, shape }: ShapedArray, rows: Int32Array, path: string): ShapedArray {
  const [count = 0, ...rest] = shape;
  const width = sizeOf(rest);
  check(
    data.length === count * width,
    () => `${path}: shape [${shape.join(", ")}] does not hold the ${data.length} elements`,
  );
  const taken = arrayLike(path, data, rows.length * width);
  for (let i = 0; i < rows.length; i++)
    taken.set(data.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return { data: taken, shape: [rows.length, ...rest] };
}

function isTypedArray(leaf: Rows): leaf is TypedArray {
  return ArrayBuffer.isView(leaf);
}
