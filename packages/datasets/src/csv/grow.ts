/** A typed array that grows at its end, in blocks, so that growing never copies what is there. */
export interface Growing<T extends Float64Array | Int32Array> {
  push(value: number): void;
  readonly length: number;
  /** All values, in one array of their own; leaves nothing here. */
  take(): T;
}

const firstBlock = 16;
const largestBlock = 65_536;

/** Grows arrays that `make` makes. */
export function growing<T extends Float64Array | Int32Array>(
  make: (length: number) => T,
): Growing<T> {
  let full: T[] = [];
  let block = make(firstBlock);
  let used = 0;
  let before = 0;
  return {
    get length() {
      return before + used;
    },
    push(value) {
      if (used === block.length) {
        full.push(block);
        before += used;
        block = make(Math.min(2 * block.length, largestBlock));
        used = 0;
      }
      block[used++] = value;
    },
    take() {
      const all = make(before + used);
      let at = 0;
      for (const part of full) {
        all.set(part, at);
        at += part.length;
      }
      all.set(block.subarray(0, used), at);
      full = [];
      block = make(firstBlock);
      used = before = 0;
      return all;
    },
  };
}
