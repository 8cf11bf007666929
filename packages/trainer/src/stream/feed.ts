import { type Backend, check, type DType, mapTree, showType } from "@nn/core";
import { type Batch, type DataSet, type Resident, uploadBatch } from "../data/data.ts";
import type { DataStream } from "./stream.ts";
import { recut } from "./recut.ts";

/** How a stream is read. */
export interface FeedOptions {
  readonly name: string;
  readonly backend: Backend;
  readonly dtype: DType;
  /** Rows a block. */
  readonly size: number;
  readonly epochs: number;
  /** Looks at a block, and may refuse it. */
  readonly inspect?: ((name: string, data: DataSet, firstRow: number) => void) | undefined;
}

/** The blocks of a stream on the backend, two at a time. They are numbered over all epochs. */
export interface Feed {
  /** The first block, until another one is asked for. */
  readonly start: Batch;
  /** A block; the one after it is read meanwhile. Those that are asked for out of order are looked for from their epoch on. */
  at(block: number): Promise<Batch>;
  /** Gives everything back and ends the reading, once what is being read has come. */
  close(): Promise<void>;
}

/** Starts to read a stream; returns when the first block is there. */
export async function openFeed(stream: DataStream, options: FeedOptions): Promise<Feed> {
  const { name, backend, dtype, size, epochs, inspect } = options;
  const perEpoch = Math.ceil(stream.rows / size);
  const last = perEpoch * epochs - 1;
  let form: string | undefined;
  let source: AsyncGenerator<DataSet, void, undefined> | undefined;
  /** The block that is there, and the one that is coming. */
  let number = 0;
  let current: Resident<Batch> | undefined;
  let next: Promise<Resident<Batch>> | undefined;

  const load = async (block: number): Promise<Resident<Batch>> => {
    source ??= blocksFrom(name, stream, size, block, last);
    const data = (await source.next()).value as DataSet;
    const from = (block % perEpoch) * size;
    const rows = `${name}: rows ${from} to ${Math.min(from + size, stream.rows) - 1}`;
    const resident = await uploadBatch(rows, backend, data, dtype, true);
    try {
      inspect?.(rows, data, from);
      const own = formOf(resident.tree);
      form ??= own;
      check(own === form, () => `${rows}: expected ${form}, as in the first block, got ${own}`);
      return resident;
    } catch (error) {
      resident.release();
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    current?.release();
    const pending = next;
    current = next = undefined;
    await pending?.then(({ release }) => release()).catch(() => {});
    await source?.return();
    source = undefined;
  };
  const at = async (block: number): Promise<Batch> => {
    if (!current || block !== number) {
      if (block !== number + 1) await close();
      current?.release();
      current = undefined;
      const coming = next ?? load(block);
      next = undefined;
      current = await coming;
      number = block;
    }
    if (!next && block < last) {
      next = load(block + 1);
      // It is heard of when the block is asked for.
      next.catch(() => {});
    }
    return current.tree;
  };
  try {
    current = await load(0);
  } catch (error) {
    // What went wrong first is what is told.
    await close().catch(() => {});
    throw error;
  }
  return { start: current.tree, at, close };
}

/** The blocks of all epochs, from one number to another. */
async function* blocksFrom(
  name: string,
  stream: DataStream,
  size: number,
  first: number,
  last: number,
): AsyncGenerator<DataSet, void, undefined> {
  const perEpoch = Math.ceil(stream.rows / size);
  let number = first - (first % perEpoch);
  while (number <= last)
    for await (const block of recut(name, stream, number / perEpoch, size)) {
      if (number++ >= first) yield block;
    }
}

/** The types of all tensors but for the number of rows. */
function formOf(batch: Batch): string {
  const types = mapTree(batch, ({ dtype, shape }) => showType({ dtype, shape: shape.slice(1) }));
  return JSON.stringify(types);
}
