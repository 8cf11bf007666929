import { expect, test } from "vitest";
import { makePool } from "../src/pool.ts";

/** A device that counts the bytes of its buffers. */
function counting(limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31 }) {
  const sizes: number[] = [];
  let bytes = 0;
  const createBuffer = ({ size }: { size: number }) => {
    sizes.push(size);
    bytes += size;
    return { size, destroy: () => void (bytes -= size) };
  };
  const device = { limits, createBuffer } as unknown as GPUDevice;
  return { device, sizes, bytes: () => bytes };
}

test("a value just below the limit of the device gets a buffer that can be bound as a whole", () => {
  const limits = { maxBufferSize: 1_000_000, maxStorageBufferBindingSize: 999_999 };
  const { device, sizes } = counting(limits);
  const pool = makePool(device, 0, () => {});
  pool.take(999_996);
  pool.take(900_000);
  expect(sizes).toEqual([999_996, 917_504]);
});

test("when much is free, the sizes go first that were used the longest ago", () => {
  const { device, bytes } = counting();
  const forgotten: number[] = [];
  const pool = makePool(device, 0, (id) => forgotten.push(id));
  const [a, b, c] = [100e6, 80e6, 120e6].map((size) => pool.take(size));
  pool.give(a!);
  pool.give(b!);
  pool.give(pool.take(100e6)); // Used again.
  pool.give(c!);
  expect(forgotten).toEqual([b!.id]);
  expect(pool.take(100e6)).toBe(a);
  expect(pool.take(120e6)).toBe(c);
  pool.give(a!);
  pool.give(c!);
  pool.close();
  expect(bytes()).toBe(0);
});

test("a buffer that is larger than all that may be free takes no others with it", () => {
  const { device } = counting();
  const pool = makePool(device, 0, () => {});
  const [small, large] = [pool.take(1000), pool.take(400e6)];
  pool.give(small);
  pool.give(large);
  expect(pool.count()).toEqual({ used: 0, usedBytes: 0, free: 1, freeBytes: small.bytes });
});
