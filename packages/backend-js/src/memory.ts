import { byteSize, sizeOf, type TensorType } from "@nn/core";
import type { Step } from "./kernel.ts";
import { newData, type Data, type Slot } from "./value.ts";

/** Scratch memory for all programs of a backend: they run one after the other, and it is as large as the largest needs. */
export interface Arena {
  buffer: ArrayBuffer;
}

interface Block {
  readonly slot: Slot;
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
  /** Steps that compute constants, each time the slots get arrays. */
  readonly constants: Step[] = [];
  private readonly blocks: Block[] = [];
  /** The blocks in use now, by address. */
  private live: Block[] = [];
  private bytes = 0;

  /** A slot in the first gap that is large enough. */
  allocate({ dtype, shape }: TensorType): Slot {
    const length = sizeOf(shape);
    const bytes = Math.ceil((length * byteSize(dtype)) / ALIGNMENT) * ALIGNMENT;
    const { live } = this;
    let start = 0;
    let at = 0;
    for (; at < live.length && live[at]!.start - start < bytes; at++) start = live[at]!.end;
    const block = {
      slot: { data: newData({ dtype, shape: [0] }) },
      length,
      start,
      end: start + bytes,
    };
    live.splice(at, 0, block);
    this.blocks.push(block);
    this.bytes = Math.max(this.bytes, block.end);
    return block.slot;
  }

  /** Ends the life of a slot. */
  free(slot: Slot): void {
    this.live = this.live.filter((block) => block.slot !== slot);
  }

  /** Runs `body` and frees the slots that it leaves allocated. */
  scope<T>(body: () => T): T {
    const before = [...this.live];
    const result = body();
    this.live = before;
    return result;
  }

  /** Makes the arena large enough and gives every slot its part of it. */
  attach(arena: Arena): void {
    if (arena.buffer.byteLength < this.bytes) arena.buffer = new ArrayBuffer(this.bytes);
    for (const { slot, length, start } of this.blocks) {
      const Kind = slot.data.constructor as new (b: ArrayBuffer, start: number, n: number) => Data;
      slot.data = new Kind(arena.buffer, start, length);
    }
    for (const step of this.constants) step();
  }
}
