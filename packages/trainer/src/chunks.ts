import type { Chunk, Progress } from "@nn/core";
import { shuffled } from "./shuffle.ts";

/** What the steps of a run follow from. */
export interface ChunksOptions {
  readonly rows: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly seed: number;
}

/**
 * All steps of a run, handed out in chunks of any length: which rows, in which order. The last batch of an epoch may be
 * smaller and is a chunk of its own. The object that `next` returns is used again by the following call.
 */
export class Chunks {
  readonly stepsPerEpoch: number;
  readonly total: number;
  /** Steps done. */
  step = 0;
  /** What was monitored after each epoch. */
  readonly monitored: number[] = [];
  /** Whether somebody has looked at `monitored`, so that epochs have to end before the next one begins. */
  isWatched = false;
  private readonly options: ChunksOptions;
  private readonly pool: Progress[] = [];
  private rows = new Int32Array(0);
  private order: { readonly epoch: number; readonly rows: Int32Array } | undefined;

  constructor(options: ChunksOptions) {
    const { rows, batchSize, epochs } = options;
    this.options = options;
    this.stepsPerEpoch = Math.ceil(rows / batchSize);
    this.total = this.stepsPerEpoch * epochs;
  }

  /** The size of a step's batch. */
  sizeOf(step: number): number {
    const { rows, batchSize } = this.options;
    return Math.min(batchSize, rows - (step % this.stepsPerEpoch) * batchSize);
  }

  /** The steps that come now: at most so many, and none of another epoch where `within` is set. */
  next(limit: number, within: boolean): Chunk {
    const batchSize = this.sizeOf(this.step);
    let steps = 1;
    while (steps < limit && this.joins(this.step + steps, batchSize, within)) steps++;
    if (this.rows.length < steps * batchSize) this.rows = new Int32Array(steps * batchSize);
    for (let i = 0; i < steps; i++) {
      const step = this.step + i;
      const from = (step % this.stepsPerEpoch) * this.options.batchSize;
      const order = this.orderOf(Math.floor(step / this.stepsPerEpoch));
      for (let j = 0; j < batchSize; j++) this.rows[i * batchSize + j] = order[from + j]!;
      const progress = (this.pool[i] ??= new StepProgress(this)) as StepProgress;
      progress.step = step;
      progress.epoch = step / this.stepsPerEpoch;
    }
    const rows = this.rows.subarray(0, steps * batchSize);
    return { rows, batchSize, progress: this.pool.slice(0, steps) };
  }

  /** Whether a step can be in the same chunk as those from `this.step` on. */
  private joins(step: number, batchSize: number, within: boolean): boolean {
    if (step >= this.total || this.sizeOf(step) !== batchSize) return false;
    return !within || step % this.stepsPerEpoch !== 0;
  }

  private orderOf(epoch: number): Int32Array {
    const { rows, seed } = this.options;
    // The order within a batch of all rows only matters for rounding.
    const isShuffled = this.options.shuffle && this.stepsPerEpoch > 1;
    const key = isShuffled ? epoch : 0;
    if (this.order?.epoch !== key) {
      const order = isShuffled
        ? shuffled(rows, seed, epoch)
        : Int32Array.from({ length: rows }, (_, i) => i);
      this.order = { epoch: key, rows: order };
    }
    return this.order!.rows;
  }
}

/** Tells `Chunks` when a schedule looks at what was monitored. */
class StepProgress implements Progress {
  step = 0;
  epoch = 0;
  private readonly chunks: Chunks;

  constructor(chunks: Chunks) {
    this.chunks = chunks;
  }

  get stepsPerEpoch(): number {
    return this.chunks.stepsPerEpoch;
  }

  get monitored(): readonly number[] {
    const { chunks } = this;
    chunks.isWatched = true;
    if (chunks.monitored.length < Math.floor(this.epoch))
      throw new Error("fit: this epoch's predecessor has not ended yet");
    return chunks.monitored;
  }
}
