import { allocate, type DType } from "@nn/core";

/**
 * The arrays that hold elements; i8 is kept as its bits. There are four kinds because V8 specialises a loop for up to
 * four kinds of array and runs it some 25 times slower from the fifth on.
 */
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A place for a value. Steps read `data` when they run, so that the same steps serve other arrays at each run. */
export interface Slot {
  data: Data;
}

/** A new array of zeros for elements of this dtype. */
export function newData(dtype: DType, length: number): Data {
  return allocate(dtype === "i8" ? "u8" : dtype, length) as Data;
}
