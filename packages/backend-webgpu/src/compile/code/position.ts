import { sizeOf, TensorError } from "@nn/core";
import { type Affine, affineKey, constant, known, plus, variable } from "../../wgsl/affine.ts";
import { floatText } from "../../wgsl/literal.ts";
import type { Scope } from "../../wgsl/scope.ts";

/** Which element of a value is meant: by its place in row-major order, or by its coordinates; one is there at least. */
export interface Position {
  readonly shape: readonly number[];
  readonly flat?: Affine | undefined;
  readonly coordinates?: readonly Affine[] | undefined;
}

const zero = constant(0);

/** Elements from one element of a row-major array to the next, along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** The element with these coordinates. */
export function at(shape: readonly number[], coordinates: readonly Affine[]): Position {
  return { shape, coordinates: coordinates.map((one, axis) => (shape[axis] === 1 ? zero : one)) };
}

/**
 * The place in row-major order. Coordinates may be outside where the element is not used; WGSL refuses indices that it
 * can tell to be negative.
 */
export function flatOf({ shape, flat, coordinates }: Position): Affine {
  if (flat) return flat;
  if (sizeOf(shape) > 2 ** 31)
    throw new TensorError(
      `webgpu: elements of [${shape}] are counted, more than there are i32; use smaller batches`,
    );
  const strides = stridesOf(shape);
  const sum = coordinates!.reduce((sum, one, axis) => plus(sum, one, strides[axis]!), zero);
  return (known(sum) ?? 0) < 0 ? zero : sum;
}

/** What positions of a shape are told apart by. Coordinates outside may have the place of another element. */
export function positionKey({ shape, flat, coordinates }: Position): string {
  if (flat) return sizeOf(shape) === 1 ? "0" : affineKey(flat);
  return coordinates!.every((one) => known(one) === 0) ? "0" : coordinates!.map(affineKey).join();
}

/** The coordinates. */
export function coordinatesOf(
  scope: Scope,
  { shape, flat, coordinates }: Position,
): readonly Affine[] {
  return coordinates ?? split(scope, flat!, shape);
}

/** The same place among as many elements in another shape. */
export function reshaped(scope: Scope, position: Position, shape: readonly number[]): Position {
  const { coordinates } = position;
  if (!coordinates) return { shape, flat: position.flat };
  const moved: Affine[] = shape.map(() => zero);
  let [i, j] = [0, 0];
  while (i < position.shape.length || j < shape.length) {
    // The smallest groups of axes that have as many elements on both sides.
    const [first, start] = [i, j];
    let a = position.shape[i++] ?? 1;
    let b = shape[j++] ?? 1;
    while (a !== b)
      if (a < b) a *= position.shape[i++] ?? 1;
      else b *= shape[j++] ?? 1;
    const from = position.shape.slice(first, i);
    const to = shape.slice(start, j);
    const flat = flatOf({ shape: from, coordinates: coordinates.slice(first, i) });
    split(scope, flat, to).forEach((one, axis) => (moved[start + axis] = one));
  }
  return { shape, flat: position.flat, coordinates: moved };
}

/** The element of an operand that is broadcast to the value whose element is meant. */
export function broadcastFrom(
  scope: Scope,
  position: Position,
  shape: readonly number[],
): Position {
  if (sizeOf(shape) === 1) return { shape, flat: zero };
  const target = position.shape;
  const extra = target.length - shape.length;
  if (extra === 0 && shape.every((length, axis) => length === target[axis])) return position;
  const isWhole = sizeOf(shape) === sizeOf(target);
  if (isWhole && !position.coordinates) return { shape, flat: position.flat };
  const coordinates = coordinatesOf(scope, position).slice(extra);
  return { ...at(shape, coordinates), flat: isWhole ? position.flat : undefined };
}

/** Coordinates from a place in row-major order. Of the remainders that divisions leave, much cancels out later. */
function split(scope: Scope, flat: Affine, shape: readonly number[]): Affine[] {
  const coordinates = shape.map(() => zero);
  const axes = shape.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  let rest = flat;
  let size = sizeOf(shape);
  if (size === 0) return coordinates;
  for (const axis of axes.slice(1).toReversed()) {
    const length = shape[axis]!;
    const quotient = divided(scope, rest, length, size);
    coordinates[axis] = plus(rest, quotient, -length);
    rest = quotient;
    size /= length;
  }
  if (axes.length > 0) coordinates[axes[0]!] = rest;
  return coordinates;
}

/** The quotient of an index below `size`, without the slow division of integers. */
function divided(scope: Scope, value: Affine, by: number, size: number): Affine {
  const number = known(value);
  if (number !== undefined) return constant(Math.floor(number / by));
  const text = scope.index(value);
  // Up to here, (x + ½) · fl(1 / by) rounds to something between the quotient and the next one.
  const isExact = size <= 2 ** 22;
  const shift = Math.log2(by);
  if (Number.isInteger(shift)) return variable(scope.let(`${text} >> ${shift}u`));
  return variable(
    scope.let(isExact ? `i32((f32(${text}) + 0.5) * ${floatText(1 / by)})` : `${text} / ${by}`),
  );
}
