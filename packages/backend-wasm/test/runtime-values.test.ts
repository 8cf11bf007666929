import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { Runtime } from "../src/runtime/runtime.ts";
import type { Value } from "../src/runtime/value.ts";
import { double } from "./runtime-modules.ts";

const MiB = 2 ** 20;

function make(maxMemory = 64 * MiB): Runtime {
  return new Runtime({ threads: 1, maxMemory });
}

/** A value of the given size that begins with the given number. */
function numbered(runtime: Runtime, size: number, first: number): Value {
  return runtime.upload(new Float32Array(size).fill(first));
}

function once(runtime: Runtime, size: number): (x: Value, donated?: readonly number[]) => Value {
  const executable = runtime.load(double(runtime.heap.limits, size));
  return (x, donated) => executable.run([x], donated)[0]!;
}

function first(runtime: Runtime, x: Value): number {
  return runtime.read(x)[0]!;
}

test("100,000 small runs in one synchronous loop leave nothing in memory", () => {
  const runtime = make();
  for (const size of [1, 40, 1500]) {
    const run = once(runtime, size);
    const x = numbered(runtime, size, 3);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100_000; i++) run(run(x));
    // Kept, the results of the last size would be 1.2 GB; what the collector has not come to yet is less.
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MiB);
    expect(first(runtime, run(run(x)))).toBe(15);
  }
  expect(runtime.heap.usage.values).toBeLessThan(100_000);
  expect(runtime.heap.usage.reserved).toBeLessThan(2 * MiB);
});

test("large values in one synchronous loop stay within the limit, and those that are kept are kept", () => {
  const runtime = make();
  const size = 100_000;
  const run = once(runtime, size);
  const kept: Value[] = [];
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 3000; i++) {
    const x = numbered(runtime, size, i);
    const y = run(x);
    if (i % 30 === 0) kept.push(i % 60 ? x : y);
  }
  // 3000 values and as many results are 2.4 GB.
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * MiB);
  expect(kept.map((x) => first(runtime, x))).toEqual(
    kept.map((_, i) => (i % 2 ? 30 * i : 60 * i + 1)),
  );
  expect(kept.map((x) => first(runtime, run(x)))).toEqual(
    kept.map((_, i) => (i % 2 ? 60 * i + 1 : 120 * i + 3)),
  );
  expect(runtime.heap.usage.reserved).toBeLessThanOrEqual(64 * MiB);
});

test("what is used again has a place in memory, until it is released", () => {
  const runtime = make();
  const run = once(runtime, 2000);
  const x = numbered(runtime, 2000, 1);
  run(x);
  expect(runtime.heap.usage.values).toBe(0);
  run(x);
  expect(runtime.heap.usage.values).toBe(8000);
  expect(first(runtime, run(x))).toBe(3);
  expect(first(runtime, x)).toBe(1);
  const { used } = runtime.heap.usage;
  runtime.release(x);
  expect(runtime.heap.usage.values).toBe(0);
  expect(runtime.heap.usage.used).toBe(used - 8000);
});

test("values that nobody can reach are freed", async () => {
  const runtime = make();
  const run = once(runtime, 100_000);
  const kept = numbered(runtime, 100_000, 7);
  for (let i = 0; i < 20; i++) run(kept);
  expect(runtime.heap.usage.values).toBeGreaterThan(20 * 400_000);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 300 && runtime.heap.usage.values > 400_000; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  expect(runtime.heap.usage.values).toBe(400_000);
  expect(first(runtime, run(kept))).toBe(15);
});

test("results take over the memory of donated operands", () => {
  const runtime = make();
  for (const size of [1, 300, 2000, 100_000]) {
    const run = once(runtime, size);
    const { values } = runtime.heap.usage;
    let x = run(numbered(runtime, size, 0), [0]);
    const { used } = runtime.heap.usage;
    for (let i = 0; i < 4; i++) x = run(x, [0]);
    expect(first(runtime, x)).toBe(31);
    expect(runtime.heap.usage.used).toBe(used);
    expect(runtime.heap.usage.values - values).toBe(size < 1024 ? 0 : 4 * size);
    runtime.release(x);
    expect(runtime.heap.usage.values).toBe(values);
  }
});

test("reads are copies, and so are uploads", () => {
  const runtime = make();
  for (const size of [3, 100_000]) {
    const data = new Float32Array(size);
    const x = runtime.upload(data);
    data.fill(9);
    const y = once(runtime, size)(x);
    runtime.read(x).fill(8);
    runtime.read(y).fill(8);
    expect([first(runtime, x), first(runtime, y)]).toEqual([0, 1]);
    expect(runtime.read(y).buffer).toBeInstanceOf(ArrayBuffer);
    expect(runtime.read(y).buffer).not.toBe(runtime.heap.buffer);
  }
});

test("values without elements pass", () => {
  const runtime = make();
  const run = once(runtime, 0);
  expect(runtime.read(run(run(numbered(runtime, 0, 0)), [0]))).toEqual(new Float32Array(0));
});

test("programs of all sizes share one scratch space while memory grows", () => {
  const runtime = make(256 * MiB);
  const runs = [10, 1000, 15_000, 1_000_000, 5_000_000].map((size) => ({
    size,
    run: once(runtime, size),
    x: numbered(runtime, size, size),
  }));
  for (let i = 0; i < 3; i++)
    for (const { size, run, x } of runs) expect(first(runtime, run(x))).toBe(2 * size + 1);
});

test("a run that finds no memory says so and changes nothing", () => {
  const runtime = make(16 * MiB);
  const size = MiB;
  const run = once(runtime, size);
  const x = numbered(runtime, 2 * size, 5);
  const large = runtime.load(double(runtime.heap.limits, 2 * size));
  const message =
    /^wasm: no memory for a result of 8 MiB: 8(\.\d+)? MiB of at most 16 MiB are in use; raise `maxMemory` \(at most 4 GiB\)/;
  expect(() => large.run([x])).toThrow(message);
  // A donated operand would have been taken over: only the other one is missing.
  const { used } = runtime.heap.usage;
  expect(() => large.run([x])).toThrow(message);
  expect(runtime.heap.usage.used).toBe(used);
  expect(first(runtime, x)).toBe(5);
  const small = numbered(runtime, size, 1);
  expect(first(runtime, run(small))).toBe(3);
  const [y] = large.run([x], [0]);
  expect(first(runtime, y!)).toBe(11);
  const tooLarge = runtime.load(double(runtime.heap.limits, 5 * size));
  const z = numbered(runtime, 5 * size, 2);
  expect(() => tooLarge.run([z], [0])).toThrow("wasm: no memory for a value of 20 MiB");
  expect(first(runtime, z)).toBe(2);
  expect(first(runtime, y!)).toBe(11);
});

test("an engine without memory is named, and one with little gives what it has", () => {
  const { Memory } = WebAssembly;
  const limit = (most: number): void => {
    vi.stubGlobal("WebAssembly", {
      ...WebAssembly,
      Memory: function (descriptor: WebAssembly.MemoryDescriptor) {
        if (descriptor.maximum! > most) throw new RangeError("out of memory");
        return new Memory(descriptor);
      },
    });
  };
  limit(600);
  expect(make(128 * MiB).heap.limits.maximum).toBe(512);
  limit(0);
  expect(() => make()).toThrow("wasm: the engine has no memory for a backend (RangeError: out of");
  vi.unstubAllGlobals();
});

test("a closed backend says that it is", async () => {
  const runtime = make();
  const executable = runtime.load(double(runtime.heap.limits, 3));
  const x = numbered(runtime, 3, 0);
  await runtime.close();
  const message = "wasm: this backend was closed; make a new one";
  expect(() => executable.run([x])).toThrow(message);
  expect(() => runtime.read(x)).toThrow(message);
  expect(() => numbered(runtime, 3, 0)).toThrow(message);
  runtime.release(x);
});
