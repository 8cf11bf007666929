import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { js } from "@nn/backend-js";
import { add, mul, tensor } from "@nn/core";
import { sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { prepare } from "../src/prepare.ts";
import { xorOptions } from "./support.ts";

/** Garbage collections while `work` runs. */
async function collectionsDuring(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  await work();
  await turn();
  for (const _ of observer.takeRecords()) count++;
  observer.disconnect();
  return count;
}

describe("a chunk of training steps", () => {
  it("causes no more garbage collections when it has more steps", async () => {
    const { training, chunks } = await prepare(
      xorOptions({ optimizer: sgd({ learningRate: 0.1 }), epochs: 1e9 }),
    );
    const run = async (steps: number): Promise<void> => {
      const chunk = chunks.next(steps, false);
      await training.run(chunk);
      chunks.step += steps;
    };
    const counts: Record<number, number> = {};
    for (const steps of [256, 16384]) {
      for (let i = 0; i < 5; i++) await run(steps);
      counts[steps] = await collectionsDuring(async () => {
        for (let i = 0; i < 10; i++) await run(steps);
      });
    }
    // For 160,000 steps more; a few are due to the row numbers and losses of the larger chunks.
    expect(counts[16384]).toBeLessThanOrEqual(counts[256]! + 10);
  });
});

describe("100,000 eager calls in one synchronous loop", () => {
  it("stay in bounded memory", () => {
    const x = tensor(js(), new Float32Array(1000));
    const step = (value: typeof x): typeof x => mul(add(value, 1), 0.5);
    let value = x;
    for (let i = 0; i < 1000; i++) value = step(value);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 50_000; i++) value = step(value);
    expect(value.readSync()[0]).toBeCloseTo(1, 6);
    expect(process.memoryUsage().rss - before).toBeLessThan(250e6);
  });
});
