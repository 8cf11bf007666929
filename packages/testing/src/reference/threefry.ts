/**
 * The block cipher behind random numbers, Threefry-2x32 with 20 rounds, written after Salmon et al., Parallel Random
 * Numbers: As Easy as 1, 2, 3 (2011), on unsigned words. Backends get it as bit operations of the kernel's.
 */
export function threefry(
  [key0, key1]: readonly [number, number],
  [counter0, counter1]: readonly [number, number],
): [number, number] {
  const keys = [key0 >>> 0, key1 >>> 0, (0x1bd11bda ^ key0 ^ key1) >>> 0];
  let x = (counter0 + keys[0]!) >>> 0;
  let y = (counter1 + keys[1]!) >>> 0;
  for (let round = 0; round < 20; round++) {
    x = (x + y) >>> 0;
    const by = rotations[round % 8]!;
    y = (((y << by) | (y >>> (32 - by))) ^ x) >>> 0;
    if (round % 4 !== 3) continue;
    const turn = (round + 1) / 4;
    x = (x + keys[turn % 3]!) >>> 0;
    y = (y + keys[(turn + 1) % 3]! + turn) >>> 0;
  }
  return [x, y];
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** Key, counter and result, from the file kat_vectors of Random123 1.14 (threefry2x32, 20 rounds). */
export const threefryVectors: readonly {
  readonly key: readonly [number, number];
  readonly counter: readonly [number, number];
  readonly words: readonly [number, number];
}[] = [
  { key: [0, 0], counter: [0, 0], words: [0x6b200159, 0x99ba4efe] },
  {
    key: [0xffffffff, 0xffffffff],
    counter: [0xffffffff, 0xffffffff],
    words: [0x1cb996fc, 0xbb002be7],
  },
  {
    key: [0x13198a2e, 0x03707344],
    counter: [0x243f6a88, 0x85a308d3],
    words: [0xc4923a9c, 0x483df7a0],
  },
];

/** Words that `randomBits` should return: word e is word e mod 2 of the block [counter, ⌊e / 2⌋]. */
export function randomWords(
  key: readonly [number, number],
  counter: number,
  count: number,
): number[] {
  return Array.from({ length: count }, (_, e) => threefry(key, [counter, e >> 1])[e % 2]!);
}
