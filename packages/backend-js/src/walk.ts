import { sizeOf } from "@nn/core";

/** How loops of one index go over several arrays of the same shape but different strides. */
export interface Walk {
  /** Turns of the inner loop, and by how much it moves on in each array. */
  readonly count: number;
  readonly steps: readonly [number, number, number, number];
  /** Where in each array the inner loops begin, one after the other. */
  readonly starts: readonly [Int32Array, Int32Array, Int32Array, Int32Array];
}

interface Axis {
  readonly length: number;
  readonly strides: readonly number[];
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  let size = 1;
  return shape.map((_, axis) => (size *= axis ? shape.at(-axis)! : 1)).toReversed();
}

/** Strides with which an array of one shape is read as if it were broadcast to another. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(from);
  const extra = to.length - from.length;
  return to.map((_, axis) => (axis < extra || from[axis - extra] === 1 ? 0 : own[axis - extra]!));
}

/** Plans loops over all elements of a shape, for up to four arrays with the given strides and first elements. */
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
    const isOne = outer?.strides.every((stride, i) => stride === own[i]! * length);
    if (isOne) axes.pop();
    axes.push({ length: isOne ? outer!.length * length : length, strides: own });
  });
  // The last axis makes the inner loop, unless it is so short that the cost of a loop counts and another is longer.
  let inner = axes.length - 1;
  axes.forEach(({ length }, axis) => {
    if (axes[inner]!.length < 16 && length >= 4 * axes[inner]!.length) inner = axis;
  });
  const [{ length: count, strides: steps } = { length: 1, strides: [1, 1, 1, 1] }] = axes.splice(
    inner,
    1,
  );
  const lengths = axes.map(({ length }) => length);
  const starts = strides.map((_, i) =>
    offsets(
      lengths,
      axes.map((axis) => axis.strides[i]!),
      first[i],
    ),
  );
  return { count, steps: steps as never, starts: starts as never };
}

/** The positions of all elements of a shape, in row-major order, in an array with these strides. */
export function offsets(
  shape: readonly number[],
  strides: readonly number[],
  first = 0,
): Int32Array {
  const found = new Int32Array(sizeOf(shape)).fill(first);
  let repeats = found.length;
  shape.forEach((length, axis) => {
    repeats /= length;
    for (let i = 0; i < found.length; i++)
      found[i]! += (Math.floor(i / repeats) % length) * strides[axis]!;
  });
  return found;
}
