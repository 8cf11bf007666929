/** A stretch of memory. */
export interface Block {
  address: number;
  size: number;
  isFree: boolean;
  /** Its neighbours in memory. */
  below: Block | undefined;
  above: Block | undefined;
  /** Its neighbours among the free blocks of about its size. */
  previous: Block | undefined;
  next: Block | undefined;
}

/** Addresses and sizes are multiples of it. */
const alignment = 64;
/** Blocks of a list that are looked at before a larger one is taken. */
const looks = 16;

/**
 * Divides a range of addresses into blocks. Free ones are kept in lists by size, four for each power of two, and joined
 * with free neighbours at once, so that everything takes the same short time however many there are.
 */
export class Allocator {
  /** Bytes that blocks take up. */
  used = 0;
  private end: number;
  private top: Block | undefined;
  private readonly lists: (Block | undefined)[] = Array.from({ length: 128 });

  constructor(start: number) {
    this.end = start;
  }

  /** A block of at least this size, or undefined where there is none. */
  allocate(bytes: number): Block | undefined {
    const size = roundUp(bytes);
    const list = listOf(size);
    let found = this.find(list, size, looks);
    for (let i = list + 1; !found && i < this.lists.length; i++) found = this.lists[i];
    found ??= this.find(list, size, Infinity);
    if (!found) return undefined;
    this.unlist(found);
    if (found.size > size) this.split(found, size);
    this.used += size;
    return found;
  }

  free(block: Block): void {
    this.used -= block.size;
    const { below, above } = block;
    let joined = block;
    if (below?.isFree) {
      this.unlist(below);
      this.absorb(below, block);
      joined = below;
    }
    if (above?.isFree) {
      this.unlist(above);
      this.absorb(joined, above);
    }
    this.list(joined);
  }

  /** Adds the addresses from where the range ended to `end`. */
  extend(end: number): void {
    const size = end - this.end;
    if (size <= 0) return;
    const block = makeBlock(this.end, size, this.top);
    if (this.top) this.top.above = block;
    this.top = block;
    this.end = end;
    this.used += size;
    this.free(block);
  }

  /** How many bytes at the end of the range are free. */
  get freeAtEnd(): number {
    return this.top?.isFree ? this.top.size : 0;
  }

  private find(list: number, size: number, most: number): Block | undefined {
    let block = this.lists[list];
    for (let i = 0; block && i < most; block = block.next, i++)
      if (block.size >= size) return block;
    return undefined;
  }

  /** The upper part becomes a free block of its own. */
  private split(block: Block, size: number): void {
    const rest = makeBlock(block.address + size, block.size - size, block);
    rest.above = block.above;
    if (rest.above) rest.above.below = rest;
    else this.top = rest;
    block.above = rest;
    block.size = size;
    this.list(rest);
  }

  private absorb(block: Block, above: Block): void {
    block.size += above.size;
    block.above = above.above;
    if (block.above) block.above.below = block;
    else this.top = block;
  }

  private list(block: Block): void {
    const index = listOf(block.size);
    const first = this.lists[index];
    block.isFree = true;
    block.previous = undefined;
    block.next = first;
    if (first) first.previous = block;
    this.lists[index] = block;
  }

  private unlist(block: Block): void {
    const { previous, next } = block;
    if (previous) previous.next = next;
    else this.lists[listOf(block.size)] = next;
    if (next) next.previous = previous;
    block.isFree = false;
    block.previous = block.next = undefined;
  }
}

/** What a value of this size takes up; nothing takes up some, too, so that addresses differ. */
export function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / alignment)) * alignment;
}

function listOf(size: number): number {
  const units = size / alignment;
  if (units < 4) return units;
  const exponent = 31 - Math.clz32(units);
  return 4 * exponent + ((units >> (exponent - 2)) & 3);
}

function makeBlock(address: number, size: number, below: Block | undefined): Block {
  return {
    address,
    size,
    isFree: false,
    below,
    above: undefined,
    previous: undefined,
    next: undefined,
  };
}
