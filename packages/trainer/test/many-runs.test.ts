import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setImmediate as turn } from "node:timers/promises";
import { js } from "@nn/backend-js";
import { wasm } from "@nn/backend-wasm";
import { describe, expect, it } from "vitest";
import { earlyStopping, fit } from "../src/index.ts";
import { fragile } from "./fragile.ts";
import { lineData, lineOptions } from "./support.ts";

const isLong = process.env["NN_LONG"] === "1";
const runs = isLong ? 10_000 : 200;

/** Lets everything go that is not needed. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // Buffers are given back by finalizers, which have a turn of their own.
  for (let i = 0; i < 3; i++) {
    collect();
    await turn();
  }
}

/** Bytes that are in use once everything that is not needed is gone. */
async function bytesInUse(): Promise<number> {
  await collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe(`${runs} small runs in one process (10,000 where NN_LONG=1)`, () => {
  it.each([
    ["js", () => ({ backend: js(), used: () => 0 })],
    [
      "wasm",
      () => {
        const backend = wasm({ threads: 1 });
        return { backend, used: () => backend.doctor().memory.used };
      },
    ],
  ])(
    "leave memory as it was, on %s",
    async (_, make) => {
      const { backend, used } = make();
      const some = async (count: number): Promise<void> => {
        for (let seed = 0; seed < count; seed++)
          await fit(
            lineOptions({
              backend,
              epochs: 2,
              seed,
              validation: lineData,
              callbacks: [earlyStopping()],
            }),
          );
      };
      await some(200);
      const before = await bytesInUse();
      const usedBefore = used();
      await some(runs);
      // Engines keep a little for code that has run often, and the backend memory for the longest chunk so far.
      expect((await bytesInUse()) - before).toBeLessThan(3e6);
      expect(used() - usedBefore).toBeLessThan(2e5);
      await backend.close?.();
    },
    isLong ? 600_000 : 60_000,
  );
});

describe("a result", () => {
  it("holds on to neither the data of its run nor what was kept for the loss of its device", async () => {
    const kept: WeakRef<object>[] = [];
    const keep = <T extends object>(value: T): T => {
      kept.push(new WeakRef(value));
      return value;
    };
    const saver = {
      name: "saver",
      save: () => {
        const data = keep(new Float32Array(8));
        return { tensors: { x: { data, shape: [8], dtype: "f32" as const } }, metadata: {} };
      },
      restore: () => {},
    };
    const result = await fit(
      lineOptions({ backend: fragile().backend, data: keep({ ...lineData }), callbacks: [saver] }),
    );
    await collectGarbage();
    expect(kept.map((one) => one.deref())).toEqual([undefined, undefined]);
    expect(result.predict([[0, 1]]).shape).toEqual([1, 1]);
  });
});
