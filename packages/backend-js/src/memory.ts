import { byteSize, type DType } from "@nn/core";
import type { Step } from "./kernel.ts";
import { newData, type Data, type Slot } from "./slot.ts";

/** Scratch memory for all programs of a backend: they run one after the other, and it is as large as the largest needs. */
export interface Arena {
  buffer: ArrayBuffer;
}

interface Block {
  readonly slot: Slot;
  readonly dtype: DType;
  readonly length: number;
  readonly start: number;
  readonly end: number;
}

/** Blocks begin at cache lines. */
const ALIGNMENT = 64;

/**
 * Where in the arena the intermediate values of a program live. Slots are asked for and freed in the order of the
 * program's operations, so that values which are never alive together share memory; `attach` then gives each its array.
 */
export class MemoryPlan {
  /** Steps that compute constants, whenever the slots get their arrays. */
  readonly constants: Step[] = [];
  private readonly blocks: Block[] = [];
  /** The blocks in use now, by address. */
  private live: Block[] = [];
  private bytes = 0;

  /** A slot in the first gap that is large enough. */
  allocate(dtype: DType, length: number): Slot {
    const bytes = Math.ceil((length * byteSize(dtype)) / ALIGNMENT) * ALIGNMENT;
    let start = 0;
    let at = 0;
    for (; at < this.live.length && this.live[at]!.start - start < bytes; at++)
      start = this.live[at]!.end;
    const slot: Slot = { data: newData(dtype, 0) };
    const block = { slot, dtype, length, start, end: start + bytes };
    this.live.splice(at, 0, block);
    this.blocks.push(block);
    this.bytes = Math.max(this.bytes, block.end);
    return slot;
  }

  /** Ends the life of a slot; one that is not in use is left alone. */
  free(slot: Slot): void {
    this.live = this.live.filter((block) => block.slot !== slot);
  }

  /** Runs `body` and frees the slots that it leaves allocated. */
  scope<T>(body: () => T): T {
    const before = new Set(this.live);
    const result = body();
    this.live = this.live.filter((block) => before.has(block));
    return result;
  }

  /** Makes the arena large enough and gives every slot its part of it. */
  attach(arena: Arena): void {
    if (arena.buffer.byteLength < this.bytes) arena.buffer = new ArrayBuffer(this.bytes);
    for (const { slot, dtype, length, start } of this.blocks)
      slot.data = view(dtype, arena.buffer, start, length);
    for (const step of this.constants) step();
  }
}

function view(dtype: DType, buffer: ArrayBuffer, start: number, length: number): Data {
  if (dtype === "f32") return new Float32Array(buffer, start, length);
  if (dtype === "f64") return new Float64Array(buffer, start, length);
  if (dtype === "i32") return new Int32Array(buffer, start, length);
  return new Uint8Array(buffer, start, length);
}
