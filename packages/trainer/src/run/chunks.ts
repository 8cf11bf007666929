import type { Chunk, Progress } from "@nn/core";
import { shuffled } from "../data/shuffle.ts";

/** What the steps of a run follow from. */
export interface ChunksOptions {
  readonly rows: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /**
   * For streams: rows that are there at a time, whole batches of them. A chunk has the rows of one such block, by their
   * numbers in it. By default all rows are there all the time.
   */
  readonly blockRows?: number | undefined;
}

/** All steps of a run, handed out in chunks of any length. */
export interface Chunks {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly total: number;
  /** Rows that are shuffled among themselves. */
  readonly blockRows: number;
  /** The block that a step reads, counted over all epochs. */
  blockOf(step: number): number;
  /** Steps done, which the caller counts up. */
  step: number;
  /** What was monitored after each epoch, which a `Journal` adds to. */
  readonly monitored: number[];
  /** Whether somebody has looked at `monitored`, so that epochs have to end before the next one begins. */
  isWatched: boolean;
  /**
   * The steps that come now: at most so many, and none of another epoch where `within` is set. They are only valid
   * until the next call.
   */
  next(limit: number, within: boolean): Chunk;
}

/**
 * The steps of a run: which rows, in which order. The last batch of an epoch may be smaller and is a chunk of its own.
 */
export function newChunks(options: ChunksOptions): Chunks {
  const { rows, batchSize, epochs, shuffle, seed, blockRows = rows } = options;
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  const stepsPerBlock = Math.ceil(blockRows / batchSize);
  const blocksPerEpoch = Math.ceil(rows / blockRows);
  // The order within a batch of all rows would only matter for rounding.
  const isShuffled = shuffle && stepsPerEpoch > 1;
  const pool: StepProgress[] = [];
  let numbers = new Int32Array(0);
  let order: Int32Array = Int32Array.from({ length: blockRows }, (_, i) => i);
  let ordered = -1;
  const sizeOf = (step: number): number =>
    Math.min(batchSize, rows - (step % stepsPerEpoch) * batchSize);
  const blockOf = (step: number): number =>
    Math.floor(step / stepsPerEpoch) * blocksPerEpoch +
    Math.floor((step % stepsPerEpoch) / stepsPerBlock);
  const chunks: Chunks = {
    batchSize,
    stepsPerEpoch,
    total: stepsPerEpoch * epochs,
    blockRows,
    blockOf,
    step: 0,
    monitored: [],
    isWatched: false,
    next(limit, within) {
      const first = chunks.step;
      const size = sizeOf(first);
      const joins = (step: number): boolean =>
        step < chunks.total &&
        sizeOf(step) === size &&
        !(within && step % stepsPerEpoch === 0) &&
        (options.blockRows === undefined || blockOf(step) === blockOf(first));
      let steps = 1;
      while (steps < limit && joins(first + steps)) steps++;
      if (numbers.length < steps * size) numbers = new Int32Array(steps * size);
      for (let i = 0; i < steps; i++) {
        const step = first + i;
        const block = blockOf(step);
        const start = (block % blocksPerEpoch) * blockRows;
        if (isShuffled && ordered !== block)
          order = shuffled(Math.min(blockRows, rows - start), seed, (ordered = block));
        const from = (step % stepsPerEpoch) * batchSize - start;
        for (let j = 0; j < size; j++) numbers[i * size + j] = order[from + j]!;
        const progress = (pool[i] ??= new StepProgress(chunks));
        progress.step = step;
        progress.epoch = step / stepsPerEpoch;
      }
      const progress = pool.slice(0, steps);
      return { rows: numbers.subarray(0, steps * size), batchSize: size, progress };
    },
  };
  return chunks;
}

/** Tells `Chunks` when a schedule looks at what was monitored. */
class StepProgress implements Progress {
  step = 0;
  epoch = 0;
  readonly stepsPerEpoch: number;
  private readonly chunks: Chunks;

  constructor(chunks: Chunks) {
    this.chunks = chunks;
    this.stepsPerEpoch = chunks.stepsPerEpoch;
  }

  get monitored(): readonly number[] {
    const { chunks } = this;
    chunks.isWatched = true;
    if (chunks.monitored.length < Math.floor(this.epoch))
      throw new Error("fit: the epoch before has not ended yet");
    return chunks.monitored;
  }
}
