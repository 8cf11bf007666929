import { byteSize, sizeOf, type TensorType } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import { baseOf } from "../stage.ts";
import type { Stored } from "./kernel.ts";

/** Loads the address where a value begins. */
export function addressOf(code: Code, frame: Local, { place }: Stored): Local {
  const base = baseOf(code, frame, place);
  return place.offset === 0 ? base : advance(code, base, place.offset);
}

/** Adds a number of bytes to an address. */
export function advance(code: Code, address: Local, bytes: number): Local {
  if (bytes !== 0) code.get(address).i32(bytes).op("i32.add").set(address);
  return address;
}

/** A new local that holds `base + index * scale`. */
export function addressAt(code: Code, base: Local, index: Local | number, scale: number): Local {
  return code.address(base, index, scale).take("i32");
}

/** A new local that holds the smaller one of two numbers that are not negative. */
export function smaller(code: Code, a: Local, b: Local | number): Local {
  return code.get(a).int(b).get(a).int(b).op("i32.lt_s").op("select").take("i32");
}

/** Emits what is done to a block of a number of elements, of which the last block may have fewer. */
export function forBlock(
  code: Code,
  block: Local,
  { width, total }: { readonly width: number; readonly total: number },
  emit: (count: number) => void,
): void {
  const last = Math.ceil(total / width) - 1;
  const rest = total % width;
  if (rest === 0) emit(width);
  else if (last === 0) emit(rest);
  else
    code
      .get(block)
      .i32(last)
      .op("i32.lt_s")
      .when(
        () => emit(width),
        () => emit(rest),
      );
}

/** The bytes that a value has in memory. */
export function bytesOf({ shape, dtype }: TensorType): number {
  return sizeOf(shape) * byteSize(dtype);
}

/** The number of elements before, along and behind an axis. */
export function around(
  shape: readonly number[],
  axis: number,
): { readonly outer: number; readonly length: number; readonly inner: number } {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}

/** A vector of zeros. */
export const zeros = new Uint8Array(16);
