import { expect, test } from "vitest";
import { Runtime } from "../src/runtime/runtime.ts";
import { smooth } from "./runtime-modules.ts";

const maxMemory = 64 * 2 ** 20;
const size = 1000;
const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i * i));

function expected(rounds: number): Float32Array {
  let x = data;
  for (let round = 0; round < rounds; round++)
    x = x.map((value, i) => {
      const sum = Math.fround(value + x[(i + size / 2) % size]!);
      return Math.fround(Math.fround(sum + x[(i + size - 1) % size]!) * Math.fround(1 / 3));
    });
  return x;
}

for (const threads of [2, 3])
  test(`stages between barriers give the same bits on ${threads} threads`, async () => {
    const runtime = new Runtime({ threads, maxMemory });
    const executable = runtime.load(smooth(runtime.heap.limits, size, 6, threads));
    const x = runtime.upload(data);
    // Before the workers are up.
    const [early] = executable.run([x]);
    expect(runtime.read(early!)).toEqual(expected(6));
    await executable.ready;
    expect(runtime.crew!.up).toBe(threads - 1);
    for (let i = 0; i < 300; i++) {
      const [y] = executable.run([x]);
      expect(runtime.read(y!)).toEqual(expected(6));
    }
    await runtime.close();
  });
