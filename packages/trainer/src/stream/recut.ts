import { check, isTensor, type TensorData, type TypedArray } from "@nn/core";
import { arrayLike } from "../data/array-like.ts";
import type { DataSet, Rows, ShapedArray } from "../data/data.ts";
import { countRows, isShaped, mapRows } from "../data/rows-tree.ts";
import type { DataStream } from "./stream.ts";

/** Rows of a data set, from one number up to another. */
interface Part {
  readonly data: DataSet;
  readonly from: number;
  readonly to: number;
}

/** The rows of an epoch in blocks of equal size, the last of which may be smaller; all of them on the host. */
export async function* recut(
  name: string,
  { rows, blocks }: DataStream,
  epoch: number,
  size: number,
): AsyncGenerator<DataSet, void, undefined> {
  let parts: Part[] = [];
  let waiting = 0;
  let seen = 0;
  let given = 0;
  const iterable: unknown = blocks(epoch);
  check(
    typeof iterable === "object" &&
      iterable !== null &&
      (Symbol.asyncIterator in iterable || Symbol.iterator in iterable),
    () => `${name}: blocks() must return something to iterate over, got ${String(iterable)}`,
  );
  for await (const block of iterable as AsyncIterable<DataSet>) {
    check(
      block?.inputs !== undefined && block.targets !== undefined,
      () => `${name}: expected blocks of { inputs, targets }, got ${String(block)}`,
    );
    const data = await toHost(name, block);
    const length = countRows(`${name}: the block from row ${seen}`, data);
    seen += length;
    check(
      seen <= rows,
      () => `${name}: the stream says that it has ${rows} rows, and gave ${seen} at least`,
    );
    parts.push({ data, from: 0, to: length });
    waiting += length;
    // The last block waits until it is certain that there is nothing more.
    while (waiting >= size && given + size < rows) {
      const [taken, rest] = divide(parts, size);
      yield join(name, taken);
      parts = rest;
      waiting -= size;
      given += size;
    }
  }
  check(
    seen === rows,
    () =>
      `${name}: the stream says that it has ${rows} rows, and gave ${seen}; blocks() must give all of them, every time`,
  );
  yield join(name, parts);
}

/** The first so many rows, and the others. */
function divide(parts: readonly Part[], size: number): [Part[], Part[]] {
  const taken: Part[] = [];
  const rest: Part[] = [];
  let missing = size;
  for (const { data, from, to } of parts) {
    const cut = Math.min(to, from + missing);
    if (cut > from) taken.push({ data, from, to: cut });
    if (cut < to) rest.push({ data, from: cut, to });
    missing -= cut - from;
  }
  return [taken, rest];
}

/** One data set of some parts. Those of one part share its memory. */
function join(name: string, parts: readonly Part[]): DataSet {
  const leaves = parts.map(({ data }) => {
    const byPath = new Map<string, Rows>();
    mapRows(name, data, (leaf, path) => byPath.set(path, leaf));
    return byPath;
  });
  const [first] = leaves as [Map<string, Rows>];
  for (const other of leaves) {
    const paths = [...first.keys(), ...other.keys()];
    const odd = paths.find((path) => first.has(path) !== other.has(path));
    check(odd === undefined, () => `${odd}: is not in every block; all must have the same parts`);
  }
  return mapRows(name, parts[0]!.data, (leaf, path) => {
    const pieces = parts.map(({ from, to }, i) => {
      const piece = leaves[i]!.get(path)!;
      check(
        formOf(piece) === formOf(leaf),
        () => `${path}: is not of the same form in every block; it must be the same arrays`,
      );
      return { leaf: piece, from, to };
    });
    return joinRows(path, pieces);
  }) as unknown as DataSet;
}

/** What can be put together: arrays of the same kind and row shape. */
function formOf(leaf: Rows): string {
  if (isShaped(leaf)) return `${leaf.data[Symbol.toStringTag]}[${leaf.shape.slice(1)}]`;
  return ArrayBuffer.isView(leaf) ? (leaf as TypedArray)[Symbol.toStringTag] : "array";
}

function joinRows(
  path: string,
  pieces: readonly { readonly leaf: Rows; readonly from: number; readonly to: number }[],
): Rows {
  const [{ leaf }] = pieces as [(typeof pieces)[0]];
  if (!isShaped(leaf) && !ArrayBuffer.isView(leaf))
    return pieces.flatMap((piece) =>
      (piece.leaf as readonly TensorData[]).slice(piece.from, piece.to),
    );
  const width = isShaped(leaf) ? leaf.data.length / leaf.shape[0]! : 1;
  const arrays = pieces.map((piece) => {
    const data = isShaped(piece.leaf) ? piece.leaf.data : (piece.leaf as TypedArray);
    return data.subarray(piece.from * width, piece.to * width);
  });
  const data = arrays.length === 1 ? arrays[0]! : concatenate(path, arrays);
  return isShaped(leaf) ? { data, shape: [data.length / width, ...leaf.shape.slice(1)] } : data;
}

function concatenate(path: string, arrays: readonly TypedArray[]): TypedArray {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const joined = arrayLike(path, arrays[0]!, length);
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

/** The same data with the values of tensors, which are cut as arrays are. */
async function toHost(name: string, data: DataSet): Promise<DataSet> {
  const reads: Promise<unknown>[] = [];
  const read = mapRows(name, data, (leaf, path) => {
    if (!isTensor(leaf)) return leaf;
    check(
      leaf.dtype !== "bool",
      () => `${path}: tensors of a stream cannot be bool; pass arrays of true and false`,
    );
    const array: { data?: TypedArray; shape: readonly number[] } = { shape: leaf.shape };
    reads.push(leaf.read().then((values) => (array.data = values)));
    return array as ShapedArray;
  });
  await Promise.all(reads);
  return read as unknown as DataSet;
}
