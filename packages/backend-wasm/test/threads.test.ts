import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ModuleBuilder, type Code } from "../src/assembler/index.ts";
import { sync } from "../src/runtime/control.ts";
import { Runtime } from "../src/runtime/runtime.ts";
import { double, meeting, smooth } from "./runtime-modules.ts";

const maxMemory = 64 * 2 ** 20;
const size = 1000;
const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i * i));

function smoothed(rounds: number): Float32Array {
  let x = data;
  for (let round = 0; round < rounds; round++)
    x = x.map((value, i) => {
      const sum = Math.fround(value + x[(i + size / 2) % size]!);
      return Math.fround(Math.fround(sum + x[(i + size - 1) % size]!) * Math.fround(1 / 3));
    });
  return x;
}

/** A backend, and a function that runs a program with a barrier after each round, all threads taking part. */
async function setUp(threads: number, rounds: number) {
  const runtime = new Runtime({ threads, maxMemory });
  const executable = runtime.load(smooth(runtime.heap.limits, size, rounds, threads));
  const x = runtime.upload(data);
  const run = (): unknown => runtime.read(executable.run([x])[0]!);
  return { runtime, executable, run };
}

/** Counts, by the number of threads, the runs that had so many. */
function counting(runtime: Runtime): number[] {
  const counts = Array.from({ length: 9 }, () => 0);
  const crew = runtime.crew!;
  const gather = crew.gather.bind(crew);
  // With patience, whatever it costs: the machine may have better things to do than to wake a worker.
  crew.gather = (program, frame, stride) => {
    Object.assign(crew, { skips: 0 });
    const threads = gather(program, frame, stride, 200);
    counts[threads]!++;
    return threads;
  };
  return counts;
}

for (const threads of [2, 3])
  test(`stages between barriers give the same bits on 1 to ${threads} threads`, async () => {
    const { runtime, executable, run } = await setUp(threads, 6);
    const counts = counting(runtime);
    const expected = smoothed(6);
    // Before the workers are up.
    expect(run()).toEqual(expected);
    expect(counts[1]).toBe(1);
    await executable.ready;
    expect(runtime.crew!.up).toBe(threads - 1);
    for (let i = 0; i < 300; i++) expect(run()).toEqual(expected);
    expect(counts[threads]).toBeGreaterThan(250);
    await runtime.close();
  });

test("a program is ready although a worker takes it while others are counted", async () => {
  const runtime = new Runtime({ threads: 2, maxMemory });
  const crew = runtime.crew as unknown as { receivedBy(index: number): number };
  let looks = 0;
  crew.receivedBy = () => (looks++ === 0 ? 0 : Infinity);
  await runtime.load(smooth(runtime.heap.limits, size, 2, 2)).ready;
  expect(looks).toBeGreaterThan(1);
  await runtime.close();
});

/** Waits where workers count that they are done, which is 0 before. */
function wait(code: Code, nanoseconds: bigint): void {
  code.i32(sync.done).i32(0).i64(nanoseconds).at("memory.atomic.wait32").op("drop");
}

test("a thread that sleeps at a barrier is woken", async () => {
  const runtime = new Runtime({ threads: 2, maxMemory });
  const compiled = meeting(runtime.heap.limits, (code) => wait(code, 10_000_000n));
  const executable = runtime.load(compiled);
  const counts = counting(runtime);
  await executable.ready;
  const times = Array.from({ length: 10 }, () => {
    const begun = performance.now();
    executable.run([]);
    return performance.now() - begun;
  });
  expect(counts[2]).toBeGreaterThan(5);
  expect(Math.min(...times.filter((time) => time > 9))).toBeLessThan(50);
  await runtime.close();
});

test("workers that idled for a second come to the next run, with programs old and new", async () => {
  const { runtime, executable, run } = await setUp(2, 4);
  const counts = counting(runtime);
  await executable.ready;
  run();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(run()).toEqual(smoothed(4));
  const other = runtime.load(smooth(runtime.heap.limits, size, 2, 2));
  await other.ready;
  const [y] = other.run([runtime.upload(data)]);
  expect(runtime.read(y!)).toEqual(smoothed(2));
  executable.release();
  expect(runtime.read(other.run([y!])[0]!)).toEqual(smoothed(4));
  // A program that was released can be run again; the workers do not have it any more.
  expect(run()).toEqual(smoothed(4));
  expect(counts.slice(0, 3)).toEqual([0, 1, 4]);
  await runtime.close();
});

test("workers that are in the way are left alone for a while", async () => {
  const { runtime, executable, run } = await setUp(2, 4);
  await executable.ready;
  const crew = runtime.crew!;
  const gather = crew.gather.bind(crew);
  const words = new Int32Array(runtime.heap.buffer);
  const threads: number[] = [];
  crew.gather = (program, frame, stride) => {
    threads.push(gather(program, frame, stride, 200));
    // As if threads had slept at every barrier of a long run.
    words[sync.slept / 4] = 100_000;
    return threads.at(-1)!;
  };
  for (let i = 0; i < 16; i++) expect(run()).toEqual(smoothed(4));
  expect(threads).toEqual([2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1]);
  await runtime.close();
});

test("memory beyond 2 GiB is used like any other", async () => {
  const runtime = new Runtime({ threads: 2, maxMemory: 2 ** 32 });
  const { address, size: bytes } = runtime.heap.allocate(2 ** 31, "a gap");
  const executable = runtime.load(smooth(runtime.heap.limits, size, 4, 2));
  const wide = runtime.load(double(runtime.heap.limits, 100_000));
  const counts = counting(runtime);
  await executable.ready;
  expect(runtime.heap.allocate(64, "a block").address).toBeGreaterThanOrEqual(address + bytes);
  for (let i = 0; i < 3; i++)
    expect(runtime.read(executable.run([runtime.upload(data)])[0]!)).toEqual(smoothed(4));
  expect(counts.slice(0, 3)).toEqual([0, 0, 3]);
  const [y] = wide.run([runtime.upload(new Float32Array(100_000).fill(2))]);
  expect(runtime.read(wide.run([y!], [0])[0]!).at(-1)).toBe(11);
  await runtime.close();
});

test("a backend can be closed at any time, and twice", async () => {
  const { runtime, executable, run } = await setUp(3, 4);
  const ready = executable.ready;
  await runtime.close();
  await ready;
  expect(run).toThrow("wasm: this backend was closed; make a new one");
  await runtime.close();
});

test("a worker that is gone is not missed by later runs", async () => {
  const { runtime, executable, run } = await setUp(3, 4);
  await executable.ready;
  const counts = counting(runtime);
  const crew = runtime.crew as unknown as { workers: { end(): Promise<unknown> }[] };
  await crew.workers[0]!.end();
  await expect.poll(() => runtime.crew!.trouble).toBe("a worker is gone: it ended with code 1");
  expect(run()).toEqual(smoothed(4));
  expect(counts.slice(0, 4)).toEqual([0, 0, 1, 0]);
  await runtime.close();
});

test("a worker that cannot load a program leaves, and the backend goes on", async () => {
  const { runtime, executable, run } = await setUp(3, 4);
  await executable.ready;
  const crew = runtime.crew!;
  const unfit = new ModuleBuilder({ shared: true, maximum: 1 });
  const program = crew.install(new WebAssembly.Module(unfit.finish()));
  await crew.whenInstalled(program);
  expect(crew.trouble).toContain("a worker is gone: LinkError");
  expect(crew.up).toBe(0);
  expect(run()).toEqual(smoothed(4));
  await runtime.close();
});

test("a backend that was closed starts no workers", async () => {
  const runtime = new Runtime({ threads: 3, maxMemory });
  await runtime.close();
  await runtime.crew!.whenUp();
  expect(runtime.crew!.up).toBe(0);
});

const endings: Record<string, (code: Code) => void> = {
  "that fails": (code) => void code.op("unreachable"),
  "that does not come": (code) => wait(code, -1n),
};

for (const [which, others] of Object.entries(endings))
  test(`a thread ${which} ends the run with an error, and the backend`, async () => {
    const runtime = new Runtime({ threads: 2, maxMemory, patience: 1 });
    const x = runtime.upload(data);
    const executable = runtime.load(meeting(runtime.heap.limits, others));
    await executable.ready;
    counting(runtime);
    const message = "wasm: a thread stopped in the middle of a run";
    expect(() => executable.run([])).toThrow(message);
    expect((await runtime.lost).message).toContain(message);
    expect(() => runtime.read(x)).toThrow(message);
    await runtime.close();
  });

test("a process with a backend that is not closed ends by itself", async () => {
  const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { Runtime } from ${at("../src/runtime/runtime.ts")};
    import { smooth } from ${at("./runtime-modules.ts")};
    const runtime = new Runtime({ threads: 3, maxMemory: 2 ** 24 });
    const executable = runtime.load(smooth(runtime.heap.limits, 100, 4, 3));
    await executable.ready;
    executable.run([runtime.upload(new Float32Array(100))]);
    console.log("workers:", runtime.crew.up);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@nn/source", "--import=tsx", "--input-type=module", "--eval", program],
    {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ...process.env, FORCE_COLOR: "0" },
      timeout: 20_000,
    },
  );
  expect(stdout).toBe("workers: 2\n");
});
