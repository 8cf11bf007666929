import { largestBuffer } from "./standard.ts";

/** A buffer of the device for one value at a time. */
export interface Memory {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  /** Told apart by this number; buffers have none. */
  readonly id: number;
}

/** Buffers that are used again, by size. */
export interface Pool {
  take(bytes: number): Memory;
  /** The memory may be given to the next value at once: whatever is queued runs before it. */
  give(memory: Memory): void;
  /** What there is, in use and free. */
  count(): { used: number; usedBytes: number; free: number; freeBytes: number };
  close(): void;
}

/** So much may lie idle. */
const IDLE = 256e6;

/** Sizes are rounded up by at most an eighth, so that buffers fit more than one value; not beyond the largest. */
function rounded(bytes: number, largest: number): number {
  const least = Math.max(256, bytes);
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(least)) - 3));
  return Math.max(least, Math.min(largest, Math.ceil(least / step) * step));
}

/** A pool of buffers with this usage; `forget` is told of those that are destroyed. */
export function makePool(device: GPUDevice, usage: number, forget: (id: number) => void): Pool {
  const largest = largestBuffer(device.limits);
  /** By size, the least recently used first. */
  const free = new Map<number, Memory[]>();
  let count = 0;
  let used = 0;
  let usedBytes = 0;
  let idle = 0;
  /** The free buffers of a size, which is used now. */
  const listOf = (bytes: number): Memory[] => {
    const list = free.get(bytes) ?? [];
    free.delete(bytes);
    free.set(bytes, list);
    return list;
  };
  const destroy = ({ buffer, id }: Memory): void => {
    buffer.destroy();
    forget(id);
  };
  const isFull = (): boolean => idle > IDLE;
  const dropOldest = (): void => {
    const [bytes, list] = free.entries().next().value!;
    const memory = list.pop();
    if (list.length === 0) free.delete(bytes);
    if (!memory) return;
    idle -= bytes;
    destroy(memory);
  };
  return {
    take(wanted) {
      const bytes = rounded(wanted, largest);
      const found = listOf(bytes).pop();
      used++;
      usedBytes += bytes;
      if (found) {
        idle -= bytes;
        return found;
      }
      return { buffer: device.createBuffer({ size: bytes, usage }), bytes, id: count++ };
    },
    give(memory) {
      const { bytes } = memory;
      used--;
      usedBytes -= bytes;
      if (bytes > IDLE) {
        destroy(memory);
        return;
      }
      idle += bytes;
      listOf(bytes).push(memory);
      while (isFull()) dropOldest();
    },
    count() {
      const all = [...free.values()].flat();
      return { used, usedBytes, free: all.length, freeBytes: idle };
    },
    close() {
      while (free.size > 0) dropOldest();
    },
  };
}
