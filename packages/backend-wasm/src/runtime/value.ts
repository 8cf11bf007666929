import type { DType, TypedArray } from "@nn/core";
import type { Block } from "./allocator.ts";

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u8: Uint8Array,
  i8: Int8Array,
  bool: Uint8Array,
} as const;

/** Elements in the memory of programs, as a view that is valid until that grows. */
export function viewOf(
  memory: ArrayBuffer,
  dtype: DType,
  address: number,
  size: number,
): TypedArray {
  return new arrays[dtype](memory, address, size);
}

/**
 * A value, as tensors hold it: an array of its own, which the garbage collector takes care of, or a place in the memory
 * of programs.
 */
export interface Value {
  /** The elements, unless they are in memory. */
  host: TypedArray | undefined;
  /** Where they are, or were. Holds the elements when they had to leave, until somebody asks for them. */
  resident: Resident | undefined;
  /** Whether it was copied for a run before: what is used again is worth a place in memory. */
  wasUsed: boolean;
}

/**
 * A value's place in memory. It does not know the value, so that this can be collected: what is needed to move the
 * elements out is here.
 */
export interface Resident {
  block: Block | undefined;
  dtype: DType;
  size: number;
  /** The elements after they were moved out. */
  evicted: TypedArray | undefined;
  /** The last run that used it. */
  run: number;
  /** How many runs have used it, here. */
  uses: number;
  /** The list that it is in; see `Heap`. */
  list: ResidentList | undefined;
  older: Resident | undefined;
  newer: Resident | undefined;
}

/** Residents in the order of their last use. */
export class ResidentList {
  bytes = 0;
  oldest: Resident | undefined;
  private newest: Resident | undefined;

  /** Adds what is in no list. */
  add(resident: Resident): void {
    resident.list = this;
    resident.older = this.newest;
    if (this.newest) this.newest.newer = resident;
    else this.oldest = resident;
    this.newest = resident;
    this.bytes += resident.block!.size;
  }

  remove(resident: Resident): void {
    const { older, newer } = resident;
    if (older) older.newer = newer;
    else this.oldest = newer;
    if (newer) newer.older = older;
    else this.newest = older;
    resident.older = resident.newer = resident.list = undefined;
    this.bytes -= resident.block!.size;
  }
}
