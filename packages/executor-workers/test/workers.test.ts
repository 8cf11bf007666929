import type { Executor, HostTensors, Json } from "@nn/core";
import { afterAll, describe, expect, it } from "vitest";
import { workers, type WorkersOptions } from "../src/index.ts";

const open: Executor[] = [];
afterAll(() => Promise.all(open.map((executor) => executor.close())));

function make(options: WorkersOptions = {}): Executor {
  const executor = workers({ concurrency: 2, ...options });
  open.push(executor);
  return executor;
}

const job = (spec: Json, tensors: HostTensors = {}, file = "behaviours") => ({
  entry: new URL(`./jobs/${file}.js`, import.meta.url).href,
  spec,
  tensors,
});
const f32 = (...numbers: number[]) => ({
  shape: [numbers.length],
  dtype: "f32" as const,
  data: Float32Array.from(numbers),
});
/** A counter that all attempts of a job see. */
const counter = () => ({
  shape: [1],
  dtype: "i32" as const,
  data: new Int32Array(new SharedArrayBuffer(4)),
});

describe("a job", () => {
  const executor = make();

  it("is given its spec, tensors, plugins and threads, and gives back a result", async () => {
    const tensors = {
      x: f32(1, 2),
      empty: { shape: [0, 3], dtype: "i8" as const, data: new Int8Array(0) },
    };
    const value = { text: "ä", list: [1, null, { deep: true }], nan: Number.NaN };
    const result = await executor.run(job({ do: "echo", value }, tensors));
    expect(result).toEqual({ value, tensors });
    const { value: context } = await executor.run({ ...job({ do: "context" }), threads: 3 });
    expect(context).toMatchObject({ plugins: ["@acme/thing#thing"], threads: 3, aborted: false });
  });
});
