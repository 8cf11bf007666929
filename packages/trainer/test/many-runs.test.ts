import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setImmediate as turn } from "node:timers/promises";
import { js } from "@nn/backend-js";
import { wasm } from "@nn/backend-wasm";
import { describe, expect, it } from "vitest";
import { earlyStopping, fit } from "../src/index.ts";
import { lineData, lineOptions } from "./support.ts";

const isLong = process.env["NN_LONG"] === "1";
const runs = isLong ? 10_000 : 200;

/** Bytes that are in use once everything that is not needed is gone. */
async function bytesInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // Buffers are given back by finalizers, which have a turn of their own.
  for (let i = 0; i < 3; i++) {
    collect();
    await turn();
  }
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
