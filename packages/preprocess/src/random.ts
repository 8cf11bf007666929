import { type Expected, wholeFrom } from "./arguments.ts";

/** What a seed must be. */
export const seed: Expected = wholeFrom(0);

/**
 * Numbers from 0 to below 1, the same for the same seed. Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014, with words of 32 bits.
 */
function randomNumbers(from: number): () => number {
  let state = (from ^ Math.imul(Math.floor(from / 2 ** 32), 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The numbers from 0 to below `count` in a random order (Durstenfeld, "Random permutation", 1964). */
export function permutation(count: number, from: number): Int32Array {
  const random = randomNumbers(from);
  const order = new Int32Array(count).map((_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}
