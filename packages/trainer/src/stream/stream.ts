import { check } from "@nn/core";
import { checkCount, checkKnown } from "../check-options.ts";
import type { DataSet } from "../data/data.ts";
import type { Evaluation } from "../evaluate/figures.ts";
import { streamKind } from "./is-stream.ts";
import type { Source, SourceOptions } from "../data/source.ts";
import { evaluateStream, openStream, type StreamEvaluation } from "./source.ts";

/** What `stream` is told. */
export interface StreamOptions {
  /** How many rows there are in all. */
  readonly rows: number;
  /**
   * Gives all rows, once an epoch, in blocks of any sizes; `epoch` counts from 0. To have blocks in another order each
   * time, shuffle them by its number, so that a resumed run finds the same order. Arrays are not to be changed after they
   * were given.
   */
  blocks(epoch: number): AsyncIterable<DataSet> | Iterable<DataSet>;
  /** Rows that are put on the backend at a time, rounded up to whole batches; 8192 by default. */
  readonly blockRows?: number;
}

/** Data that is read while it is needed, since it does not fit into memory. */
export interface DataStream extends Required<StreamOptions> {
  readonly kind: typeof streamKind;
  /** For `fit`: begins to read. */
  open(name: string, options: SourceOptions): Promise<Source>;
  /** For `evaluate`: reads and judges all rows. */
  evaluate(name: string, options: StreamEvaluation): Promise<Evaluation>;
}

/**
 * Data larger than memory, to be passed to `fit` or `evaluate` in place of a data set.
 *
 * What `blocks` gives is cut into blocks of `blockRows` rows, of which two are on the backend: the one that is trained
 * on, and the one that is read and uploaded meanwhile; two more while exact figures are computed. Where `fit` shuffles,
 * rows are shuffled within their block, by seed and epoch; without shuffling, the bits are those of training on the same
 * rows in memory. However a run ends, the iterator's `return` is called, once the block that is being read has come.
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
  checkKnown("stream", options, ["rows", "blocks", "blockRows"]);
  const { rows, blockRows = 8192 } = options;
  checkCount("stream: rows", rows);
  checkCount("stream: blockRows", blockRows);
  check(
    typeof options.blocks === "function",
    () =>
      "stream: blocks must be a function that gives data sets, since every epoch begins anew, got " +
      typeof options.blocks,
  );
  const data: DataStream = {
    kind: streamKind,
    rows,
    blockRows,
    blocks: (epoch) => options.blocks(epoch),
    open: (name, how) => openStream(name, data, how),
    evaluate: (name, how) => evaluateStream(name, data, how),
  };
  return data;
}
