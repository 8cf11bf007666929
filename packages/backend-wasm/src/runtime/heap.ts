import { TensorError, type DType, type TypedArray } from "@nn/core";
import type { MemoryImport } from "../assembler/index.ts";
import { Allocator, roundUp, type Block } from "./allocator.ts";
import { heapStart } from "./control.ts";
import { ResidentList, viewOf, type Resident, type Value } from "./value.ts";

const pageBytes = 65536;
/** What is read behind the end of a value, by vectors, is memory still. */
const slack = 256;
/** What is tried at least, in pages, where the engine does not give what was asked for. */
const leastPages = 256;
/** Memory grows by at least so many pages, or by a quarter. */
const growth = 64;
/** Bytes of values in memory that no run has used a second time; beyond, the oldest are moved out. */
const freshBytes = 32 * 2 ** 20;

/**
 * Frees the memory of values that were collected. It is one for all: when V8 (in Node 20 and 24) collects a registry that
 * has work left, no registry of the process does its work from then on.
 */
const registry = new FinalizationRegistry<{ readonly heap: Heap; readonly resident: Resident }>(
  ({ heap, resident }) => heap.collected(resident),
);

/**
 * The memory that all programs of a backend share, and what lives in it: scratch space, of which there is one for all
 * since nothing in it outlasts a run, what programs need, and values. Values are moved out to ordinary arrays, least
 * recently used first, when space is needed for something else; a finalizer frees those that nobody can reach any more.
 * Nothing here refers to a value, so nothing keeps it alive.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly limits: MemoryImport;
  /** Changes whenever addresses of scratch space or views of the memory do. */
  version = 0;
  /** The number of the current run: what it uses stays. */
  run = 0;
  private readonly allocator = new Allocator(heapStart);
  private scratch: Block | undefined;
  /** Values that one run has used at most, and those that several have. */
  private readonly fresh = new ResidentList();
  private readonly steady = new ResidentList();

  constructor(maxBytes: number, isShared: boolean) {
    let maximum = Math.ceil(maxBytes / pageBytes);
    for (;;)
      try {
        const initial = Math.min(16, maximum);
        this.memory = new WebAssembly.Memory({ initial, maximum, shared: isShared });
        break;
      } catch (error) {
        // Some engines, on telephones above all, do not set so many addresses aside.
        maximum = Math.floor(maximum / 2);
        if (maximum < leastPages)
          throw new TensorError(
            `wasm: the engine has no memory for a backend (${String(error)}); close others, and let go of their values`,
          );
      }
    this.limits = { shared: isShared, maximum };
    this.extend();
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** What is in use, and of it what values take up. */
  get usage(): { readonly used: number; readonly values: number; readonly reserved: number } {
    return {
      used: this.allocator.used,
      values: this.fresh.bytes + this.steady.bytes,
      reserved: this.memory.buffer.byteLength,
    };
  }

  /** A block for whatever is named; makes room for it, or fails with everything as it was. */
  allocate(bytes: number, what: string): Block {
    for (;;) {
      const block = this.allocator.allocate(bytes);
      if (block) return block;
      if (this.grow(bytes)) continue;
      if (!this.evictOldest()) throw this.outOfMemory(bytes, what);
    }
  }

  release(block: Block): void {
    this.allocator.free(block);
  }

  /** The address of scratch space of at least this size. It stays until somebody asks for more. */
  scratchFor(bytes: number): number {
    if (this.scratch && this.scratch.size >= bytes) return this.scratch.address;
    if (this.scratch) this.allocator.free(this.scratch);
    this.scratch = undefined;
    this.version++;
    this.scratch = this.allocate(bytes, "the values that a program computes on its way");
    return this.scratch.address;
  }

  /** Where a value is in memory, if it is there. */
  residentOf(value: Value): Resident | undefined {
    const { resident } = value;
    if (!resident?.evicted) return resident;
    value.host = resident.evicted;
    value.resident = undefined;
    return undefined;
  }

  /** The current run uses it. */
  touch(resident: Resident): void {
    if (resident.run === this.run) return;
    resident.run = this.run;
    resident.list!.remove(resident);
    (++resident.uses > 1 ? this.steady : this.fresh).add(resident);
  }

  /** Moves a value into memory. */
  admit(value: Value, dtype: DType): Resident {
    const host = value.host!;
    const block = this.allocate(host.byteLength, "a value");
    const resident = this.adopt(value, block, dtype, host.length);
    resident.uses = 1;
    viewOf(this.buffer, dtype, block.address, host.length).set(host);
    return resident;
  }

  /** Makes a block the home of a value. */
  adopt(value: Value, block: Block, dtype: DType, size: number): Resident {
    const resident: Resident = {
      block,
      dtype,
      size,
      evicted: undefined,
      run: this.run,
      uses: 0,
      list: undefined,
      older: undefined,
      newer: undefined,
    };
    value.host = undefined;
    value.resident = resident;
    this.fresh.add(resident);
    registry.register(value, { heap: this, resident }, resident);
    while (this.fresh.bytes > freshBytes && this.evict(this.fresh));
    return resident;
  }

  /** Frees a value's memory. */
  discard(value: Value): void {
    const { resident } = value;
    value.host = value.resident = undefined;
    if (!resident?.block) return;
    registry.unregister(resident);
    this.free(resident);
  }

  /** The value of a resident was collected. */
  collected(resident: Resident): void {
    if (resident.block) this.free(resident);
  }

  /** A copy of a value's elements. */
  read(value: Value): TypedArray {
    const resident = this.residentOf(value);
    return resident ? this.copyOf(resident) : value.host!.slice();
  }

  private copyOf({ block, dtype, size }: Resident): TypedArray {
    return viewOf(this.buffer, dtype, block!.address, size).slice();
  }

  private free(resident: Resident): void {
    resident.list!.remove(resident);
    this.allocator.free(resident.block!);
    resident.block = undefined;
  }

  private evictOldest(): boolean {
    return this.evict(this.fresh) || this.evict(this.steady);
  }

  /**
   * Moves the oldest value of a list out. From here on only the value itself holds the elements: a finalizer that waits
   * for the end of a long synchronous loop must not.
   */
  private evict({ oldest }: ResidentList): boolean {
    // What the current run uses is at the end of its list.
    if (!oldest || oldest.run === this.run) return false;
    oldest.evicted = this.copyOf(oldest);
    registry.unregister(oldest);
    this.free(oldest);
    return true;
  }

  private grow(bytes: number): boolean {
    const pages = this.memory.buffer.byteLength / pageBytes;
    const left = this.limits.maximum - pages;
    const missing = Math.ceil((roundUp(bytes) - this.allocator.freeAtEnd) / pageBytes);
    if (missing > left) return false;
    const generous = Math.min(left, Math.max(missing, growth, Math.ceil(pages / 4)));
    for (const more of generous > missing ? [generous, missing] : [missing])
      try {
        this.memory.grow(more);
        this.extend();
        return true;
      } catch {
        // The engine has no more, or not so much at once.
      }
    return false;
  }

  private extend(): void {
    this.allocator.extend(this.memory.buffer.byteLength - slack);
    this.version++;
  }

  private outOfMemory(bytes: number, what: string): TensorError {
    const { used, reserved } = this.usage;
    const most = this.limits.maximum * pageBytes;
    const way =
      most - reserved > bytes
        ? "the engine gives no more; close other backends, or use smaller batches"
        : `raise \`maxMemory\` (at most ${showBytes(2 ** 32)}), or use smaller batches`;
    return new TensorError(
      `wasm: no memory for ${what} of ${showBytes(bytes)}: ${showBytes(used)} of at most ` +
        `${showBytes(most)} are in use; ${way}`,
    );
  }
}

/** `1.5 GiB` */
function showBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  let amount = bytes;
  for (; amount >= 1024 && unit < 3; unit++) amount /= 1024;
  return `${Number(amount.toPrecision(3))} ${units[unit]}`;
}
