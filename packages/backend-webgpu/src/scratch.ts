import { largestBuffer } from "./standard.ts";

/**
 * Memory for what programs compute on the way. They run one after the other, so that all of a device share it, and it is
 * as large as the largest of them needs.
 */
export interface Scratch {
  /** Words that lie in one buffer, at most. */
  readonly segment: number;
  readonly bytes: number;
  /** The buffers; others from time to time, when `version` has changed. */
  readonly buffers: readonly GPUBuffer[];
  readonly version: number;
  /** A program needs so many words from now on; returns what ends that. */
  reserve(words: number): () => void;
}

/** A device's scratch memory. */
export function makeScratch(device: GPUDevice, usage: number): Scratch {
  // A multiple of the alignment of places.
  const segment = Math.floor(largestBuffer(device.limits) / 4 / 64) * 64;
  const wanted = new Map<symbol, number>();
  let buffers: GPUBuffer[] = [];
  let words = 0;
  let version = 0;
  const resize = (to: number): void => {
    // What is queued still uses the old ones, and keeps them as long.
    for (const buffer of buffers) buffer.destroy();
    words = to;
    version++;
    buffers = [];
    for (let from = 0; from < words; from += segment)
      buffers.push(device.createBuffer({ size: Math.min(segment, words - from) * 4, usage }));
  };
  return {
    segment,
    get bytes() {
      return words * 4;
    },
    get buffers() {
      return buffers;
    },
    get version() {
      return version;
    },
    reserve(needed) {
      const key = Symbol("program");
      wanted.set(key, needed);
      if (needed > words) resize(needed);
      return () => {
        wanted.delete(key);
        const largest = Math.max(0, ...wanted.values());
        if (largest < words / 2) resize(largest);
      };
    },
  };
}
