import { allocate, sizeOf, type DType, type TensorType, type TypedArray } from "@nn/core";

/** A tensor of the reference: every dtype's elements as plain numbers, in row-major order; bool is 0 and 1. */
export interface Value extends TensorType {
  readonly data: Float64Array;
}

/** A value from numbers, each rounded to the dtype. */
export function value(dtype: DType, shape: readonly number[], numbers: ArrayLike<number>): Value {
  const data = Float64Array.from(numbers, (number) => toDType(number, dtype));
  if (data.length !== sizeOf(shape))
    throw new Error(`value: [${shape.join(", ")}] does not hold ${data.length} elements`);
  return { dtype, shape, data };
}

/** The elements as a backend takes them. */
export function toTyped({ dtype, data }: Value): TypedArray {
  const typed = allocate(dtype, data.length);
  typed.set(data);
  return typed;
}

/**
 * The number that a dtype holds for another number: the nearest one in f32, ties to even; towards zero in integers,
 * saturating, with 0 for NaN; 1 for everything but 0 in bool, NaN included. (Casts between integers wrap instead.)
 */
export function toDType(number: number, dtype: DType): number {
  switch (dtype) {
    case "f64":
      return number;
    case "f32":
      return Math.fround(number);
    case "bool":
      return Number(number !== 0);
    case "i32":
      return saturated(number, -(2 ** 31), 2 ** 31 - 1);
    case "i8":
      return saturated(number, -128, 127);
    case "u8":
      return saturated(number, 0, 255);
  }
}

function saturated(number: number, low: number, high: number): number {
  return Number.isNaN(number) ? 0 : Math.min(high, Math.max(low, Math.trunc(number))) + 0;
}

/** Calls `visit` for all positions of a shape in row-major order; the coordinates are only lent. */
export function walk(
  shape: readonly number[],
  visit: (coordinates: readonly number[], flat: number) => void,
): void {
  const size = sizeOf(shape);
  const coordinates = shape.map(() => 0);
  for (let flat = 0; flat < size; flat++) {
    visit(coordinates, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++coordinates[axis]! < shape[axis]!) break;
      coordinates[axis] = 0;
    }
  }
}

/** Where an element is in row-major order. Coordinates are aligned at the last axis; axes of length 1 repeat. */
export function flatIndex(coordinates: readonly number[], shape: readonly number[]): number {
  const extra = coordinates.length - shape.length;
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    flat = flat * length + (length === 1 ? 0 : coordinates[axis + extra]!);
  }
  return flat;
}
