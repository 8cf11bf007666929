import type { Operands } from "./kernel.ts";

/** How loops of one index go over several arrays of the same shape but different strides. */
export interface Walk {
  /** Turns of the inner loop, and by how much it moves on in each array. */
  readonly count: number;
  readonly steps: Operands<number>;
  /** Where each array's inner loops begin, one entry for every turn of the outer loop. */
  readonly starts: Operands<Int32Array>;
}

interface Axis {
  readonly length: number;
  readonly strides: readonly number[];
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Strides with which an array of one shape is read as if it were broadcast to another. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(from);
  const extra = to.length - from.length;
  return to.map((_, axis) => (axis < extra || from[axis - extra] === 1 ? 0 : own[axis - extra]!));
}

/** Plans loops over all elements of a shape, for arrays with the given strides and first elements. */
export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  first: readonly number[] = [],
): Walk {
  const axes: Axis[] = [];
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const own = strides.map((stride) => stride[axis]!);
    const outer = axes.at(-1);
    if (outer?.strides.every((stride, i) => stride === own[i]! * length))
      axes[axes.length - 1] = { length: outer.length * length, strides: own };
    else axes.push({ length, strides: own });
  });
  const inner = takeInner(axes);
  const lengths = axes.map(({ length }) => length);
  const starts = strides.map((_, i) =>
    offsets(
      lengths,
      axes.map((axis) => axis.strides[i]!),
      first[i],
    ),
  );
  return { count: inner.length, steps: inner.strides as never, starts: starts as never };
}

/** The last axis, unless it is so short that the cost of starting a loop counts and another one is longer. */
function takeInner(axes: Axis[]): Axis {
  let at = axes.length - 1;
  if (at >= 0 && axes[at]!.length < 16)
    axes.forEach(({ length }, axis) => {
      if (length >= 4 * axes[at]!.length) at = axis;
    });
  return axes.splice(at, 1)[0] ?? { length: 1, strides: [1, 1, 1, 1] };
}

/** The positions of all elements of a shape, in row-major order, in an array with these strides. */
export function offsets(
  shape: readonly number[],
  strides: readonly number[],
  first = 0,
): Int32Array {
  let found = [first];
  shape.forEach((length, axis) => {
    found = found.flatMap((start) => Array.from({ length }, (_, i) => start + i * strides[axis]!));
  });
  return Int32Array.from(found);
}
