import { xorshift } from "../data.ts";

/** Two square matrices in row-major order, to be multiplied. */
export interface Operands {
  readonly size: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A product that is further away than this is wrong: f32 comes to 1e-5 at most, sums in fewer bits to more. */
export const tolerance = 1e-4;

/** Random numbers from -1 to 1. */
export function randomOperands(size: number): Operands {
  const random = xorshift(4);
  const matrix = (): Float32Array => {
    const values = new Float32Array(size * size);
    for (let i = 0; i < values.length; i++) values[i] = random() * 2 - 1;
    return values;
  };
  return { size, a: matrix(), b: matrix() };
}

/**
 * How far C is from A·B, by Freivalds' check ("Probabilistic machines can use less running time", 1977): for a vector x
 * of random signs, C·x is compared with A·(B·x), in f64. That takes three products with a vector instead of one of
 * matrices, and shows any element of C that is off, with nothing to cancel it. The result is the largest difference
 * relative to the mean size of A·(B·x).
 */
export function productError({ size, a, b }: Operands, c: Float32Array): number {
  if (c.length !== size * size) return Infinity;
  const random = xorshift(5);
  const signs = Float64Array.from({ length: size }, () => (random() < 0.5 ? -1 : 1));
  const expected = timesVector(a, timesVector(b, signs));
  const actual = timesVector(c, signs);
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (Number.isNaN(difference)) return Infinity;
    largest = Math.max(largest, difference);
    sum += Math.abs(expected[i]!);
  }
  return largest / (sum / size);
}

function timesVector(matrix: Float32Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, row) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += matrix[row * size + i]! * vector[i]!;
    return sum;
  });
}
