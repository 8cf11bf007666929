import { gather, isFloat, isTensor, sizeOf, tensor, type Tensor, type TypedArray } from "@nn/core";
import type { Rows } from "../data/data.ts";
import { firstElement, isShaped, rowsOf } from "../data/rows-tree.ts";

/** Some of the rows of a tensor or array, on the host, flat. What is no number is NaN. */
export interface Matrix {
  /** Where it is in the data, as in `inputs.numeric`. */
  readonly path: string;
  readonly values: TypedArray;
  readonly rows: number;
  /** Numbers a row. */
  readonly width: number;
  /** Axes of an example; 1 for rows of a table. */
  readonly rank: number;
  /** Whether it holds floating-point numbers. */
  readonly isFloat: boolean;
  /** The first of these rows that has another shape than the first one; of arrays with a shape, one that is not there. */
  readonly ragged?: number;
}

/** Numbers that one row holds. */
export function widthOf(leaf: Rows): number {
  if (isTensor(leaf) || isShaped(leaf)) return sizeOf(leaf.shape.slice(1));
  return Array.isArray(leaf) ? sizeOf(shapeOf(leaf[0])) : 1;
}

/** Every `step`th row; undefined for constants, which are on no backend. */
export async function readMatrix(
  leaf: Rows,
  path: string,
  step: number,
): Promise<Matrix | undefined> {
  const all = rowsOf(leaf) ?? 0;
  const rows = Math.ceil(all / step);
  const width = widthOf(leaf);
  const start = { path, rows, width };
  if (isTensor(leaf)) {
    if (leaf.source.state !== "value") return undefined;
    const values = await readTensor(leaf, rows, step);
    return { ...start, values, rank: leaf.shape.length - 1, isFloat: isFloat(leaf.dtype) };
  }
  if (isShaped(leaf) || ArrayBuffer.isView(leaf)) {
    const data = isShaped(leaf) ? leaf.data : (leaf as TypedArray);
    const rank = isShaped(leaf) ? leaf.shape.length - 1 : 0;
    const values = step === 1 ? data : new Float64Array(rows * width);
    if (step > 1)
      for (let row = 0; row < rows; row++)
        values.set(data.subarray(row * step * width, (row * step + 1) * width), row * width);
    const isWhole = data.length === all * width;
    const ragged = Math.floor(Math.min(data.length / width, all) / step);
    return { ...start, values, rank, isFloat: !isInteger(data), ...(!isWhole && { ragged }) };
  }
  return readNested(leaf as readonly unknown[], start, step);
}

async function readTensor(leaf: Tensor, rows: number, step: number): Promise<TypedArray> {
  if (step === 1 || leaf.source.state !== "value") return leaf.read();
  const numbers = tensor(
    leaf.source.backend,
    Int32Array.from({ length: rows }, (_, row) => row * step),
  );
  const taken = gather(leaf, numbers);
  const values = await taken.read();
  taken.dispose();
  numbers.dispose();
  return values;
}

function readNested(
  data: readonly unknown[],
  start: Pick<Matrix, "path" | "rows" | "width">,
  step: number,
): Matrix {
  const { rows, width } = start;
  const values = new Float64Array(rows * width);
  const shape = shapeOf(data[0]);
  let at = 0;
  /** Takes over the numbers of a part of a row; false where it has not the shape of the first row. */
  const visit = (node: unknown, axis: number): boolean => {
    if (!isList(node)) {
      values[at++] = ["number", "boolean"].includes(typeof node) ? Number(node) : Number.NaN;
      return axis === shape.length;
    }
    let isSame = node.length === shape[axis];
    for (let i = 0; isSame && i < node.length; i++) {
      const item = node[i];
      if (axis + 1 === shape.length && typeof item === "number") values[at++] = item;
      else isSame = visit(item, axis + 1);
    }
    return isSame;
  };
  let ragged: number | undefined;
  for (let row = 0; row < rows; row++) {
    at = row * width;
    if (!visit(data[row * step], 0)) ragged ??= row;
  }
  const example = firstElement(data);
  return {
    ...start,
    values,
    rank: shape.length,
    isFloat: typeof example !== "boolean" && !(isList(example) && isInteger(example)),
    ...(ragged !== undefined && { ragged }),
  };
}

/** The lengths of nested arrays along their axes. */
function shapeOf(node: unknown): number[] {
  const shape: number[] = [];
  for (let at = node; isList(at); at = at[0]) shape.push(at.length);
  return shape;
}

function isList(node: unknown): node is ArrayLike<unknown> {
  return Array.isArray(node) || ArrayBuffer.isView(node);
}

function isInteger(values: ArrayLike<unknown>): boolean {
  return /int/i.test(String((values as TypedArray)[Symbol.toStringTag]));
}
