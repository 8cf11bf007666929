import { check } from "@nn/core";
import type { DataSet } from "./data.ts";
import { isCount } from "./count.ts";

/** What `stream` is told. */
export interface StreamOptions {
  /** How many rows there are in all. */
  readonly rows: number;
  /**
   * Gives all rows, once an epoch, in blocks of any sizes; `epoch` counts from 0. To have blocks in another order each
   * time, shuffle them by its number, so that a resumed run finds the same order.
   */
  blocks(epoch: number): AsyncIterable<DataSet> | Iterable<DataSet>;
  /** Rows that are put on the backend at a time, rounded up to whole batches; 8192 by default. */
  readonly blockRows?: number;
}

/** Data that is read while it is needed, since it does not fit into memory. */
export interface DataStream {
  readonly kind: "@nn/trainer#stream";
  readonly rows: number;
  readonly blockRows: number;
  blocks(epoch: number): AsyncIterable<DataSet> | Iterable<DataSet>;
}

const known = ["rows", "blocks", "blockRows"];

/**
 * Data larger than memory, to be passed to `fit` or `evaluate` in place of a data set.
 *
 * What `blocks` gives is cut into blocks of `blockRows` rows, of which two are on the backend: the one that is trained
 * on, and the one that is read and uploaded meanwhile (two more while it is evaluated on, for exact figures). Where `fit` shuffles, rows are shuffled within their block, by seed
 * and epoch; without shuffling, the bits are those of training on the same rows in memory. The end of a run, an error and
 * a signal call the iterator's `return`, once the block that is being read has come.
 *
 * ```ts
 * const data = stream({
 *   rows: 10_000_000,
 *   async *blocks() {
 *     for (const file of files) yield parse(await readFile(file)); // { inputs, targets }
 *   },
 * });
 * ```
 */
export function stream(options: StreamOptions): DataStream {
  check(
    typeof options === "object" && options !== null,
    () => `stream: expected { rows, blocks }, got ${String(options)}`,
  );
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  check(!unknown, () => `stream: there is no option '${unknown}', only ${known.join(", ")}`);
  const { rows, blockRows = 8192 } = options;
  check(isCount(rows), () => `stream: rows must be a whole number from 1, got ${String(rows)}`);
  check(
    isCount(blockRows),
    () => `stream: blockRows must be a whole number from 1, got ${String(blockRows)}`,
  );
  check(
    typeof options.blocks === "function",
    () =>
      "stream: blocks must be a function that gives data sets, since every epoch begins anew, got " +
      typeof options.blocks,
  );
  return { kind: "@nn/trainer#stream", rows, blockRows, blocks: (epoch) => options.blocks(epoch) };
}

/** Whether data is a stream. */
export function isStream(data: DataSet | DataStream): data is DataStream {
  return typeof data === "object" && data !== null && "blocks" in data;
}

/** Rows of a block, of whole batches; at most all. */
export function blockRowsOf({ rows, blockRows }: DataStream, batchSize: number): number {
  return Math.min(rows, Math.ceil(blockRows / batchSize) * batchSize);
}
