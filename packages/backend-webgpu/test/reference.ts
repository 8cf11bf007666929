import { sizeOf, tensor, type Backend, type Tensor } from "@nn/core";
import { expect } from "vitest";

/** Numbers in [0, 1) that are the same in every run (Mulberry32, T. Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A tensor of numbers from -1 to 1, the same on every backend. */
export function numbers(on: Backend, seed: number, shape: readonly number[]): Tensor {
  const next = random(seed);
  const data = Float32Array.from({ length: sizeOf(shape) }, () => next() * 2 - 1);
  return tensor(on, data, { shape });
}

/** A whole number from `low` to `high`. */
export function integer(next: () => number, low: number, high: number): number {
  return low + Math.floor(next() * (high - low + 1));
}

/** The coordinates of every element of a shape, in row-major order. */
export function coordinates(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, index) => {
    let rest = index;
    const at: number[] = [];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return at;
  });
}

/** The place of an element in a flat array; axes of length 1 repeat, and missing leading axes are ignored. */
export function place(shape: readonly number[], at: readonly number[]): number {
  const extra = at.length - shape.length;
  return shape.reduce(
    (index, length, axis) => index * length + (length === 1 ? 0 : at[axis + extra]!),
    0,
  );
}

/** Compares a tensor with what it should be: exactly, or relative to max(1, |wanted|) within a tolerance. */
export async function expectTensor(
  actual: Tensor,
  shape: readonly number[],
  wanted: ArrayLike<number>,
  tolerance = 0,
  note = "",
): Promise<void> {
  expect([...actual.shape], note).toEqual([...shape]);
  const values = await actual.read();
  expect(values.length, note).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [got, want] = [values[i]!, wanted[i]!];
    const isSame = got === want || (got !== got && want !== want);
    const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
    if (!isSame && !(error <= tolerance))
      expect(got, `${note} element ${i} of [${shape}], off by ${error}`).toBe(want);
  }
}
