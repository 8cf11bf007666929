import { allocate, sizeOf, type DType, type TensorType } from "@nn/core";

/**
 * The arrays that hold elements; i8 is kept as its bits. There are four kinds because V8 specialises a loop for up to
 * four kinds of array and runs it some 25 times slower from the fifth on.
 */
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A place for a value. Steps look up `data` when they run, so that they serve other arrays at each run. */
export interface Slot {
  data: Data;
}

/** A value as kernels see it: its type and, while steps run, its elements. */
export class Value implements TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly size: number;
  readonly slot: Slot;

  constructor({ shape, dtype }: TensorType, slot: Slot) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf(shape);
    this.slot = slot;
  }

  get data(): Data {
    return this.slot.data;
  }
}

/** A new array of zeros. */
export function newData({ dtype, shape }: TensorType): Data {
  return allocate(dtype === "i8" ? "u8" : dtype, sizeOf(shape)) as Data;
}
