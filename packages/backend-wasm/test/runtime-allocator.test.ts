import { expect, test } from "vitest";
import { Allocator, type Block } from "../src/runtime/allocator.ts";

/** Numbers below a limit, the same ones for the same seed. */
function numbers(seed: number): (limit: number) => number {
  let state = seed + 1;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("blocks are aligned, within the range and never overlap, whatever is allocated and freed", () => {
  for (let seed = 0; seed < 10; seed++) {
    const next = numbers(seed);
    const allocator = new Allocator(1024);
    let end = 64 * 1024;
    allocator.extend(end);
    const held: Block[] = [];
    for (let i = 0; i < 2000; i++) {
      if (next(3) > 0) {
        const bytes = next(4) === 0 ? next(20_000) : next(500);
        const block = allocator.allocate(bytes);
        if (block) {
          expect(block.address % 64 === 0 && block.size >= Math.max(bytes, 1)).toBe(true);
          held.push(block);
        } else if (next(4) === 0) allocator.extend((end += 4096));
      } else if (held.length > 0) allocator.free(held.splice(next(held.length), 1)[0]!);
      if (i % 50 > 0) continue;
      const sorted = held.toSorted((a, b) => a.address - b.address);
      let at = 1024;
      for (const { address, size } of sorted) {
        if (address < at) expect.fail(`the block at ${address} overlaps the one below`);
        at = address + size;
      }
      expect(at).toBeLessThanOrEqual(end);
      expect(allocator.used).toBe(held.reduce((sum, { size }) => sum + size, 0));
    }
    for (const block of held) allocator.free(block);
    expect(allocator.used).toBe(0);
    // Everything was joined again.
    expect(allocator.freeAtEnd).toBe(end - 1024);
    expect(allocator.allocate(end - 1024)?.address).toBe(1024);
  }
});

test("a range up to 4 GiB can be used to its end", () => {
  const allocator = new Allocator(1024);
  allocator.extend(2 ** 32 - 64);
  const low = allocator.allocate(2 ** 31)!;
  const high = allocator.allocate(2 ** 31 - 1024 - 64)!;
  expect(high.address).toBe(low.address + 2 ** 31);
  expect(allocator.allocate(1)).toBeUndefined();
});
