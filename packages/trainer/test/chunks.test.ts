import { describe, expect, it } from "vitest";
import { type ChunksOptions, newChunks } from "../src/run/chunks.ts";

/** All chunks of a run, as [rows of each step]. */
function all(options: Partial<ChunksOptions>, limit: number, within = false): number[][][] {
  const chunks = newChunks({
    rows: 7,
    batchSize: 3,
    epochs: 2,
    shuffle: false,
    seed: 1,
    ...options,
  });
  const found: number[][][] = [];
  while (chunks.step < chunks.total) {
    const { rows, batchSize, progress } = chunks.next(limit, within);
    found.push(progress.map((_, i) => [...rows.subarray(i * batchSize, (i + 1) * batchSize)]));
    chunks.step += progress.length;
  }
  return found;
}

describe("chunks", () => {
  it("hold the steps in order, the smaller last batch by itself", () => {
    const epoch = [
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      [[6]],
    ];
    expect(all({}, 10)).toEqual([...epoch, ...epoch]);
  });

  it("hold at most as many steps as they may", () => {
    expect(all({ epochs: 1 }, 1)).toEqual([[[0, 1, 2]], [[3, 4, 5]], [[6]]]);
  });

  it("go on into other epochs only where they may", () => {
    expect(all({ rows: 4, batchSize: 2 }, 3)).toEqual([
      [
        [0, 1],
        [2, 3],
        [0, 1],
      ],
      [[2, 3]],
    ]);
    expect(all({ rows: 4, batchSize: 2 }, 3, true)).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [0, 1],
        [2, 3],
      ],
    ]);
  });

  it("have the same rows in the same steps, whatever their length", () => {
    const flat = (limit: number): number[][] =>
      all({ rows: 6, shuffle: true, epochs: 5 }, limit).flat();
    expect(flat(1)).toEqual(flat(4));
    expect(flat(1)).not.toEqual(all({ rows: 6, epochs: 5 }, 4).flat());
  });

  it("tell how far the run has come before each step", () => {
    const chunks = newChunks({ rows: 4, batchSize: 2, epochs: 2, shuffle: false, seed: 1 });
    const { progress } = chunks.next(3, false);
    expect(progress.map(({ step, epoch, stepsPerEpoch }) => [step, epoch, stepsPerEpoch])).toEqual([
      [0, 0, 2],
      [1, 0.5, 2],
      [2, 1, 2],
    ]);
  });
});

describe("chunks of a stream", () => {
  it("hold rows of one block, by their numbers in it", () => {
    const epoch = [
      [
        [0, 1],
        [2, 3],
      ],
      [
        [0, 1],
        [2, 3],
      ],
      [[0]],
    ];
    expect(all({ rows: 9, batchSize: 2, blockRows: 4 }, 10)).toEqual([...epoch, ...epoch]);
    expect(all({ rows: 4, batchSize: 2, blockRows: 4 }, 10)).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [0, 1],
        [2, 3],
      ],
    ]);
  });

  it("say which block they are of", () => {
    const chunks = newChunks({
      rows: 9,
      batchSize: 2,
      epochs: 2,
      shuffle: true,
      seed: 1,
      blockRows: 4,
    });
    expect(Array.from({ length: 10 }, (_, step) => chunks.blockOf(step))).toEqual([
      0, 0, 1, 1, 2, 3, 3, 4, 4, 5,
    ]);
  });

  it("shuffle every block by itself, in another order each time", () => {
    const found = all({ rows: 40, batchSize: 4, blockRows: 20, shuffle: true, seed: 3 }, 10);
    const blocks = found.map((steps) => steps.flat());
    expect(blocks.map((block) => [...block].sort((a, b) => a - b))).toEqual(
      Array(4).fill(Array.from({ length: 20 }, (_, i) => i)),
    );
    expect(new Set(blocks.map(String)).size).toBe(4);
  });
});
