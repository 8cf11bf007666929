import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Json } from "@nn/core";
import { afterAll, describe, expect, it } from "vitest";
import { closeAll, counter, job, make, rejection } from "./support.ts";

closeAll();
const executor = make();
const folder = mkdtempSync(path.join(tmpdir(), "nn-workers-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a job that fails", () => {
  it("is rejected with its error, and not tried again", async () => {
    const attempts = counter();
    const error = await rejection(executor.run(job({ do: "throw" }, { attempts })));
    expect(attempts.data[0]).toBe(1);
    expect(error).toMatchObject({
      name: "FaultError",
      message: "step 7 is not finite",
      step: 7,
      fault: { path: "a" },
      cause: { name: "TypeError", message: "of this" },
    });
    expect("f" in error).toBe(false);
    expect(Object.prototype.toString.call(error)).toBe("[object Error]");
    expect(error.stack).toContain("behaviours.js");
    expect(error.stack).not.toContain("data:");
  });

  it.each<[Json, string]>([
    ["text", "the job threw text"],
    [null, "the job threw null"],
    [{ a: 1 }, "the job threw [object Object]"],
  ])("may throw %j", async (value, message) => {
    expect(await rejection(executor.run(job({ do: "throwValue", value })))).toMatchObject({
      message,
    });
  });

  it("may throw what cannot travel as a whole", async () => {
    const attempts = counter();
    const error = await rejection(
      executor.run(job({ do: "throwDeep", depth: 5000 }, { attempts })),
    );
    expect(error).toMatchObject({ message: "as it is", step: 7 });
    expect(Object.keys(error)).toEqual(["step"]);
  });

  it("may throw what cannot be read", async () => {
    for (const what of ["throwNothing", "throwProxy"]) {
      const error = await rejection(executor.run(job({ do: what })));
      expect(error.message).toBe("the job threw something that cannot be read");
    }
  });

  it("says which module cannot be loaded, and why", async () => {
    const file = path.join(folder, "syntax-error.js");
    writeFileSync(file, "export const run = ) => 1;");
    const error = await rejection(executor.run({ ...job(null), entry: pathToFileURL(file).href }));
    expect(error.message).toMatch(/syntax-error\.js cannot be loaded: Unexpected token '\)'/);
    expect(error.cause).toMatchObject({ name: "SyntaxError" });
    const missing = await rejection(executor.run(job(null, {}, "missing.js")));
    expect(missing.message).toMatch(/missing\.js cannot be loaded: Cannot find module/);
    const thrown = await rejection(executor.run(job(null, {}, "throws-at-once.js")));
    expect(thrown.message).toMatch(/throws-at-once\.js cannot be loaded: not today/);
  });

  it("says what its module has to export", async () => {
    const noRun = await rejection(executor.run(job(null, {}, "no-run.js")));
    expect(noRun.message).toMatch(/no-run\.js must export a function 'run'/);
    const noPlugins = await rejection(executor.run(job(null, {}, "no-plugins.js")));
    expect(noPlugins.message).toMatch(/no-plugins\.js must export a list 'plugins'/);
  });

  it.each([
    ["nothing", "workers: value is undefined, which is no plain data"],
    ["map", "workers: value.a is a Map, which is no plain data"],
    ["bigint", "workers: value is a bigint"],
    ["function", "could not be cloned"],
    ["noTensors", "workers: a result needs tensors by their names, { } for none, got undefined"],
    ["wrongSize", "workers: tensor 'y' of a result has shape [3] and 2 elements"],
    ["wrongKind", "tensor 'y' of a result is f32 and needs a Float32Array, got Float64Array"],
    ["dataView", "tensor 'y' of a result is u8 and needs a Uint8Array, got DataView"],
  ])("returns a result with %s", async (which, message) => {
    const error = await rejection(executor.run(job({ do: "results", which })));
    expect(error.message).toContain(message);
  });

  it("may lose the memory of its own tensors", async () => {
    const x = { shape: [2], dtype: "f32" as const, data: Float32Array.of(1, 2) };
    const error = await rejection(executor.run(job({ do: "detach" }, { x })));
    expect(error.message).toMatch(/transferred|detached/);
    expect(Array.from(x.data)).toEqual([1, 2]);
  });

  it("returns numbers that JSON lacks, and leaves out what is undefined", async () => {
    const { value } = await executor.run(job({ do: "results", which: "nan" }));
    expect(value).toStrictEqual({ loss: Number.NaN });
  });

  it("sends what is no data", async () => {
    const pool = make({ grace: 0 });
    const error = await rejection(pool.run(job({ do: "sendBad" })));
    expect(error.message).toContain("workers: a message.a[0] is a Map");
    const uncloned = await rejection(pool.run(job({ do: "sendFunction" })));
    expect(uncloned.message).toContain("could not be cloned");
  });

  it("ends when whoever hears its messages throws", async () => {
    const pool = make({ concurrency: 1 });
    const thrown = new Error("enough");
    const onMessage = () => {
      throw thrown;
    };
    const spec = { do: "untilAborted", value: 1 };
    expect(await rejection(pool.run(job(spec), { onMessage }))).toBe(thrown);
    expect(await pool.run(job({ do: "square", value: 3 }))).toMatchObject({ value: 9 });
  });
});

describe("a job whose worker is lost", () => {
  it("is run once more on another worker", async () => {
    const attempts = counter();
    const messages: Json[] = [];
    const onMessage = (message: Json) => void messages.push(message);
    const { value } = await executor.run(job({ do: "exitOnce" }, { attempts }), { onMessage });
    expect(value).toBe(2);
    expect(messages.at(-1)).toBe(2);
  });

  it("is rejected with the reason when that is lost, too", async () => {
    const attempts = counter();
    const error = await rejection(executor.run(job({ do: "exit" }, { attempts })));
    expect(attempts.data[0]).toBe(2);
    expect(error.message).toMatch(
      /behaviours\.js was lost 2 times, at last because it ended with code 3$/,
    );
  });

  it("is run as often as `retries` says", async () => {
    for (const retries of [0, 3]) {
      const attempts = counter();
      const pool = make({ retries });
      await rejection(pool.run(job({ do: "exit" }, { attempts })));
      expect(attempts.data[0]).toBe(retries + 1);
    }
  });

  it("may have used all memory", async () => {
    const pool = make({ memory: 24, retries: 0 });
    const error = await rejection(pool.run(job({ do: "memory" })));
    expect(error.message).toMatch(/was lost because it failed: .*memory limit/);
    expect(error.cause).toMatchObject({ code: "ERR_WORKER_OUT_OF_MEMORY" });
  });

  it.each(["stray", "strayRejection"])(
    "may have an error outside of its promise: %s",
    async (what) => {
      const error = await rejection(make({ retries: 0 }).run(job({ do: what })));
      expect(error.message).toMatch(/was lost because it failed: RangeError: out of the blue/);
      expect(error.cause).toMatchObject({ name: "RangeError" });
    },
  );

  it("may have thrown what cannot be read", async () => {
    const error = await rejection(make({ retries: 0 }).run(job({ do: "strayNothing" })));
    expect(error.message).toContain("was lost because it failed: ");
  });

  it("leaves the other jobs alone", async () => {
    const pool = make({ concurrency: 2 });
    const runs = Array.from({ length: 20 }, (_, i) => {
      if (i % 5 === 0)
        return pool.run(job({ do: "exit" }, { attempts: counter() })).catch(() => -1);
      return pool.run(job({ do: "square", value: i })).then(({ value }) => value);
    });
    const expected = runs.map((_, i) => (i % 5 === 0 ? -1 : i ** 2));
    expect(await Promise.all(runs)).toEqual(expected);
  });

  it("is not tried where no worker can be started", async () => {
    const error = await rejection(make({ execArgv: ["--no-such-option"] }).run(job(null)));
    expect(error.message).toContain("workers: a worker cannot be started: ");
  });
});
