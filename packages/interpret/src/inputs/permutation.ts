/** The numbers from 0 to length - 1 in a random order that follows from the seed and the stream alone. */
export function permutation(length: number, seed: number, stream: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  const key = mix(mix(mix(seed | 0) ^ Math.floor(seed / 2 ** 32)) ^ stream);
  for (let i = length - 1; i > 0; i--) {
    const at = Math.floor(((mix(key ^ mix(i)) >>> 0) / 2 ** 32) * (i + 1));
    const moved = order[i]!;
    order[i] = order[at]!;
    order[at] = moved;
  }
  return order;
}

/** The finalizer of MurmurHash3 (Appleby), with a constant added so that 0 does not map to itself. */
function mix(value: number): number {
  let h = (value + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
