import {
  type Backend,
  check,
  type DType,
  isTensor,
  showType,
  type Tensor,
  tensor,
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

/**
 * Predictions or targets: a tensor, nested arrays of numbers or a typed array, if need be with its shape. Metrics that
 * take trees of tensors are given arrays and objects of these.
 */
export type Values =
  | Tensor
  | TensorData
  | ShapedArray
  | readonly Values[]
  | { readonly [key: string]: Values };

/** Puts values on a backend, numbers as `dtype`, and appends what it has uploaded to `own`. */
export function upload(
  path: string,
  backend: Backend,
  values: Values,
  dtype: DType,
  own: Tensor[],
): Tree {
  if (isTensor(values)) return values;
  const { data, shape } = isShaped(values) ? values : { data: values, shape: undefined };
  const first = firstElement(data);
  if (isElement(first)) {
    const isNumber = typeof first !== "boolean" && !isIntegerArray(first);
    try {
      const options = { ...(shape && { shape }), ...(isNumber && { dtype }) };
      own.push(tensor(backend, data as TensorData, options));
    } catch (error) {
      throw new TensorError(`${path}: ${(error as Error).message}`);
    }
    return own.at(-1)!;
  }
  check(
    typeof data === "object" && data !== null,
    () =>
      `${path}: expected a tensor, nested arrays of numbers or { data, shape }, got ${String(data)}`,
  );
  const entries = Object.entries(data).map(
    ([key, child]) =>
      [key, upload(`${path}.${key}`, backend, child as Values, dtype, own)] as const,
  );
  return Array.isArray(data) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** The backend of the first tensor with a value. */
export function homeOf(values: Values): Backend | undefined {
  if (isTensor(values)) return values.source.state === "value" ? values.source.backend : undefined;
  if (isElement(firstElement(values)) || typeof values !== "object" || values === null)
    return undefined;
  for (const child of Object.values(values)) {
    const home = homeOf(child as Values);
    if (home) return home;
  }
  return undefined;
}

/** How many rows all tensors have; refuses those that differ, or have none. */
export function rowsOfAll(leaves: readonly Tensor[]): number {
  const rows = leaves[0]?.shape[0];
  for (const leaf of leaves)
    check(
      rows !== undefined && rows > 0 && leaf.shape[0] === rows,
      () =>
        `measure: expected predictions and targets of the same number of rows, at least 1, got ` +
        leaves.map(showType).join(" and "),
    );
  check(rows, () => "measure: expected predictions and targets, got no tensor");
  return rows;
}

/** What nested arrays begin with; typed arrays count as elements. */
function firstElement(node: unknown): unknown {
  let at = isShaped(node) ? node.data : node;
  while (Array.isArray(at) && at.length > 0) at = at[0];
  return at;
}

function isElement(value: unknown): boolean {
  const isEmpty = Array.isArray(value);
  return (
    isEmpty || typeof value === "number" || typeof value === "boolean" || ArrayBuffer.isView(value)
  );
}

function isIntegerArray(value: unknown): boolean {
  const name = ArrayBuffer.isView(value) && (value as TypedArray)[Symbol.toStringTag];
  return Boolean(name) && name !== "Float32Array" && name !== "Float64Array";
}

function isShaped(node: unknown): node is ShapedArray {
  return (
    typeof node === "object" &&
    node !== null &&
    !isTensor(node) &&
    "data" in node &&
    "shape" in node &&
    ArrayBuffer.isView(node.data)
  );
}
