import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DType, Job, Json } from "@nn/core";
import { describe, expect, it } from "vitest";
import { workers, type WorkersOptions } from "../src/index.ts";
import { closeAll, counter, f32, job, make, rejection } from "./support.ts";

closeAll();
const executor = make();

describe("a job", () => {
  it("is given its spec and tensors, and gives back a result", async () => {
    const tensors = {
      x: f32(1, 2),
      empty: { shape: [0, 3], dtype: "i8" as const, data: new Int8Array(0) },
      scalar: { shape: [], dtype: "f64" as const, data: Float64Array.of(7) },
    };
    const value = { text: "ä\u0000\ud800", list: [1, null, { deep: true }], nan: Number.NaN };
    expect(await executor.run(job({ do: "echo", value }, tensors))).toEqual({ value, tensors });
  });

  it("keeps names that objects have already", async () => {
    const value = JSON.parse('{ "__proto__": 1, "constructor": 2 }') as Json;
    const tensors = Object.fromEntries([["__proto__", f32(1)]]);
    const result = await executor.run(job({ do: "echo", value }, tensors));
    expect(Object.entries(result.value as object)).toEqual(Object.entries(value as object));
    expect(Object.keys(result.tensors)).toEqual(["__proto__"]);
  });

  it("is given the plugins of its module and as many threads as it asks for", async () => {
    const { value } = await executor.run({ ...job({ do: "context" }), threads: 3 });
    expect(value).toMatchObject({ plugins: ["@acme/thing#thing"], threads: 3, aborted: false });
  });

  it("is given its part of the cores where it does not say how many threads it wants", async () => {
    const { value } = await make({ threadsPerJob: 5 }).run(job({ do: "context" }));
    expect(value).toMatchObject({ threads: 5 });
    const many = await make({ concurrency: 1000 }).run(job({ do: "context" }));
    expect(many.value).toMatchObject({ threads: 1 });
  });

  it("leaves its tensors to the caller", async () => {
    const memory = Float32Array.of(9, 1, 2, 9);
    const tensors = {
      x: f32(1, 2),
      part: { shape: [2], dtype: "f32" as const, data: memory.subarray(1, 3) },
    };
    for (const name of ["x", "part"] as const) {
      const { tensors: results } = await executor.run(job({ do: "double" }, { x: tensors[name] }));
      expect(Array.from(results["y"]!.data)).toEqual([2, 4]);
    }
    expect(Array.from(tensors.x.data)).toEqual([1, 2]);
    expect(Array.from(memory)).toEqual([9, 1, 2, 9]);
  });

  it("shares memory that is made to be shared", async () => {
    const data = new Int32Array(new SharedArrayBuffer(8)).subarray(1);
    const attempts = { shape: [1], dtype: "i32" as const, data };
    await rejection(executor.run(job({ do: "throw" }, { attempts })));
    expect(data[0]).toBe(1);
  });

  it("gives back a part of its memory, and memory that cannot be given away", async () => {
    const { tensors } = await executor.run(job({ do: "part" }));
    expect(tensors["y"]).toEqual({ shape: [2], dtype: "f32", data: Float32Array.of(3, 3) });
    expect(tensors["y"]!.data.buffer.byteLength).toBe(8);
    const wasm = await executor.run(job({ do: "wasm" }));
    expect(wasm.tensors["y"]!.data.length).toBe(65_536);
  });

  it("sends messages that arrive in order, before the result and not after it", async () => {
    const messages: Json[] = [];
    const onMessage = (message: Json) => void messages.push(message);
    await executor.run(job({ do: "messages", count: 100 }), { onMessage });
    expect(messages).toEqual(Array.from({ length: 100 }, (_, i) => ({ i })));
    const alone = make({ concurrency: 1 });
    const heard: Json[] = [];
    const hear = (message: Json) => void heard.push(message);
    await alone.run(job({ do: "late", value: 1 }), { onMessage: hear });
    await alone.run(job({ do: "square", value: 2, wait: 50 }), { onMessage: hear });
    expect(heard).toEqual(["in time"]);
  });

  it("may load what posts messages of its own", async () => {
    const heard: Json[] = [];
    const onMessage = (message: Json) => void heard.push(message);
    const { value } = await executor.run(job({ do: "postByItself", value: 1 }), { onMessage });
    expect(value).toBe(1);
    expect(heard).toEqual([]);
  });

  it("may be written in TypeScript, and finds what the process finds", async () => {
    const { value } = await executor.run(job(1, {}, "typed.ts"));
    expect(value).toMatch(/typed\.ts$/);
    const error = await rejection(executor.run(job(2, {}, "typed.ts")));
    expect(error).toMatchObject({ name: "TensorError", message: "expected 1" });
  });
});

describe("jobs", () => {
  it("come to the same one after the other and side by side, in any order", async () => {
    const specs = Array.from({ length: 30 }, (_, i) => ({
      do: "square",
      value: i,
      wait: (7 * i) % 5,
    }));
    const [one, three] = [make({ concurrency: 1 }), make({ concurrency: 3 })];
    const results = await Promise.all(specs.map((spec) => three.run(job(spec))));
    expect(results).toEqual(await Promise.all(specs.map((spec) => one.run(job(spec)))));
    expect(results.map(({ value }) => value)).toEqual(specs.map(({ value }) => value ** 2));
  });

  it("start in their order", async () => {
    const started: number[] = [];
    const pool = make({ concurrency: 1 });
    const runs = Array.from({ length: 12 }, (_, i) =>
      pool.run(job({ do: "late", value: i }), { onMessage: () => void started.push(i) }),
    );
    await Promise.all(runs);
    expect(started).toEqual(runs.map((_, i) => i));
  });

  it("run as many at a time as there may be workers", async () => {
    const pool = make({ concurrency: 3 });
    const now = counter();
    const runs = Array.from({ length: 12 }, () => pool.run(job({ do: "count" }, { now })));
    const counts = (await Promise.all(runs)).map(({ value }) => value as number);
    expect(Math.max(...counts)).toBe(3);
  });

  it("share workers, which start when they are needed", async () => {
    const pool = make({ concurrency: 4 });
    const ids = new Set<unknown>();
    for (let i = 0; i < 8; i++) {
      const { value } = await pool.run(job({ do: "context" }));
      ids.add((value as { threadId: number }).threadId);
    }
    expect(ids.size).toBe(1);
  });

  it("may be a thousand", async () => {
    const runs = Array.from({ length: 1000 }, (_, i) =>
      executor.run(job({ do: "square", value: i })),
    );
    const results = await Promise.all(runs);
    expect(results.every(({ value }, i) => value === i ** 2)).toBe(true);
  });
});

describe("an executor", () => {
  it("keeps a process alive while a job runs or workers are ended, and not longer", async () => {
    const script = fileURLToPath(new URL("./jobs/process.ts", import.meta.url));
    const args = ["--import", "tsx", "--conditions=@nn/source", script];
    const env = { ...process.env, FORCE_COLOR: "0" };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
    expect(stdout).toBe("closed\n9\n16\n");
  });

  it.each<[unknown, string]>([
    [{ concurrency: 0 }, "workers: concurrency must be a whole number from 1, got 0"],
    [{ concurrency: Number.NaN }, "concurrency must be a whole number from 1, got NaN"],
    [{ threadsPerJob: 1.5 }, "threadsPerJob must be a whole number from 1, got 1.5"],
    [{ retries: -1 }, "retries must be a whole number from 0, got -1"],
    [{ grace: "1" }, "grace must be a number of milliseconds from 0 to 2 ** 31 - 1, got 1"],
    [{ memory: 0 }, "memory must be a whole number of megabytes from 1, got 0"],
    [{ execArgv: "--import" }, "execArgv must be a list of strings, got --import"],
    [{ start: {} }, "start must be a function that returns a worker"],
    [{ threads: 2 }, "workers: expected options concurrency, threadsPerJob"],
  ])("refuses options %j", (options, message) => {
    expect(() => workers(options as WorkersOptions)).toThrow(message);
  });

  const tensor = (shape: unknown, dtype: string, data: unknown) => ({
    tensors: { x: { shape, dtype: dtype as DType, data } } as unknown as Job["tensors"],
  });
  const gone = new Float32Array(2);
  structuredClone(gone, { transfer: [gone.buffer] });
  it.each<[string, { [name in keyof Job]?: unknown }, string]>([
    ["a path", { entry: "./job.js" }, "workers: a job's entry must be the URL of a module"],
    [
      "a name",
      { entry: "@nn/core" },
      'such as new URL("./job.js", import.meta.url).href, got "@nn/core"',
    ],
    ["a path of Windows", { entry: "C:\\job.js" }, "must be the URL of a module"],
    ["text to run", { entry: "data:text/javascript,1" }, "must be the URL of a module"],
    ["text to run", { entry: "javascript:1" }, "must be the URL of a module"],
    ["a module of Node", { entry: "node:fs" }, "must be the URL of a module"],
    ["a URL object", { entry: new URL("file:///a.js") }, "must be the URL of a module"],
    ["nothing", { entry: undefined }, "got undefined"],
    ["a spec that is no data", { spec: { a: [1, () => 1] } }, "workers: spec.a[1] is a function"],
    ["no spec", { spec: undefined }, "workers: spec is undefined, which is no plain data"],
    ["a date", { spec: [new Date(0)] }, "workers: spec[0] is a Date"],
    ["an array of numbers", { spec: new Float32Array(2) }, "workers: spec is a Float32Array"],
    ["a bigint", { spec: { a: 1n } }, "workers: spec.a is a bigint"],
    ["threads", { threads: 0 }, "workers: a job's threads are a whole number from 1, got 0"],
    ["no tensors", { tensors: null }, "needs tensors by their names, { } for none, got null"],
    ["a map of tensors", { tensors: new Map() }, "{ } for none, got [object Map]"],
    ["a shape", tensor([-1], "f32", new Float32Array(1)), "needs a shape such as [2, 3], got -1"],
    ["a dtype", tensor([1], "f16", new Float32Array(1)), "needs a dtype among f32, f64"],
    ["a dtype", tensor([1], "toString", new Float32Array(1)), "needs a dtype among f32, f64"],
    [
      "data",
      tensor([1], "f64", new Float32Array(1)),
      "is f64 and needs a Float64Array, got Float32Array",
    ],
    ["data", tensor([1], "f64", [1]), "needs a Float64Array, got Array"],
    ["too little data", tensor([2], "f32", new Float32Array(1)), "has shape [2] and 1 elements"],
    ["data that moved", tensor([2], "f32", gone), "has perhaps been transferred to somebody else"],
  ])("refuses jobs with %s (%#)", async (_, wrong, message) => {
    const error = await rejection(executor.run({ ...job({ do: "echo" }), ...wrong } as Job));
    expect(error.message).toContain(message);
    expect(error.name).toBe("TensorError");
  });

  it("refuses a spec that holds itself", async () => {
    const spec: { self?: Json } = {};
    spec.self = spec as Json;
    const error = await rejection(executor.run(job(spec as Json)));
    expect(error.message).toContain("is nested too deep, or holds itself");
  });
});
