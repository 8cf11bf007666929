/** Blocks begin at cache lines. */
const alignment = 64;

interface Block {
  readonly start: number;
  readonly end: number;
}

/**
 * Where in scratch memory values are that live only for a while. Blocks are asked for and freed in the order in which
 * the program runs, so that values which are never alive together share memory.
 */
export class Arena {
  /** How much memory is needed. */
  bytes = 0;
  /** The blocks in use now, by address. */
  private readonly live: Block[] = [];
  /** What the innermost scope has allocated. */
  private own = new Set<Block>();

  /** The offset of a block in the first gap that is large enough. */
  allocate(bytes: number): number {
    const { live } = this;
    const size = Math.max(1, Math.ceil(bytes / alignment)) * alignment;
    let start = 0;
    let at = 0;
    for (; at < live.length && live[at]!.start - start < size; at++) start = live[at]!.end;
    const block = { start, end: start + size };
    live.splice(at, 0, block);
    this.own.add(block);
    this.bytes = Math.max(this.bytes, block.end);
    return start;
  }

  /** Ends the life of the block at this offset. */
  free(offset: number): void {
    const { live } = this;
    let low = 0;
    for (let high = live.length; low < high;) {
      const middle = (low + high) >> 1;
      if (live[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    if (live[low]?.start === offset) this.own.delete(live.splice(low, 1)[0]!);
  }

  /** Runs `body` and frees the blocks that it leaves allocated. */
  scope<T>(body: () => T): T {
    const { own } = this;
    this.own = new Set();
    const result = body();
    for (const { start } of this.own) this.free(start);
    this.own = own;
    return result;
  }
}
