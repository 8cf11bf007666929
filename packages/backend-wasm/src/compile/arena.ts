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
  private live: Block[] = [];

  /** The offset of a block in the first gap that is large enough. */
  allocate(bytes: number): number {
    const size = Math.max(1, Math.ceil(bytes / alignment)) * alignment;
    let start = 0;
    let at = 0;
    for (; at < this.live.length && this.live[at]!.start - start < size; at++)
      start = this.live[at]!.end;
    this.live.splice(at, 0, { start, end: start + size });
    this.bytes = Math.max(this.bytes, start + size);
    return start;
  }

  /** Ends the life of the block at this offset. */
  free(offset: number): void {
    this.live = this.live.filter(({ start }) => start !== offset);
  }

  /** Runs `body` and frees the blocks that it leaves allocated. */
  scope<T>(body: () => T): T {
    const before = [...this.live];
    const result = body();
    this.live = before;
    return result;
  }
}
