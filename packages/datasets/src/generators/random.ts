import { check } from "@nn/core";

/** Random numbers that follow from a seed. */
export interface Random {
  /** Evenly from 0 to below 1. */
  uniform(): number;
  /** From the standard normal distribution (Box and Muller, 1958). */
  normal(): number;
}

/**
 * Random numbers for generated data: 32 bits of a counter, mixed as MurmurHash3 ends (SplitMix, Steele, Lea and Flood,
 * 2014). The same seed gives the same numbers on every machine.
 */
export function random(name: string, seed: unknown): Random {
  check(
    Number.isSafeInteger(seed),
    () => `${name}: seed must be a whole number, got ${String(seed)}`,
  );
  let state = (Number(seed) ^ Math.floor(Number(seed) / 2 ** 32)) | 0;
  const uniform = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
