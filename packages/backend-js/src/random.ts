import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry-2x32 with 20 rounds, as the lowering in the kernel describes it: word e is half of block ⌊e / 2⌋. */
function threefry(o: Data, size: number, key: Data, counter: number): void {
  const first = key[0]!;
  const second = key[1]!;
  const third = first ^ second ^ 0x1bd11bda;
  for (let e = 0; e < size; e += 2) {
    let x = (counter + first) | 0;
    let y = ((e >> 1) + second) | 0;
    let k = second;
    let l = third;
    let m = first;
    for (let turn = 1; turn <= 5; turn++) {
      for (let i = 0; i < 4; i++) {
        const by = rotations[((turn & 1) ^ 1) * 4 + i]!;
        x = (x + y) | 0;
        y = ((y << by) | (y >>> (32 - by))) ^ x;
      }
      x = (x + k) | 0;
      y = (y + l + turn) | 0;
      const next = m;
      m = k;
      k = l;
      l = next;
    }
    o[e] = x;
    if (e + 1 < size) o[e + 1] = y;
  }
}

const randomBits: Kernel = ({ inputs: [key, counter], outputs: [o] }) => {
  return () => threefry(o.data, o.size, key.data, counter.data[0]!);
};

/** Random words. */
export const randomKernels: Kernels = { randomBits };
