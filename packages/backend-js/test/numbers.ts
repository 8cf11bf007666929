import { tensor, type Backend, type Tensor } from "@nn/core";

/** Whole numbers from 0 up to `limit`, always the same ones for a seed. */
export function numbers(seed: number): (limit: number) => number {
  let state = Math.imul(seed, 2654435761) + 1;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A tensor of quarters between -2 and 2: their products and sums are exact, so that results can be compared exactly. */
export function quarters(backend: Backend, shape: readonly number[], seed: number): Tensor {
  const next = numbers(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => next(17) / 4 - 2);
  return tensor(backend, values, { shape });
}
