import { PerformanceObserver } from "node:perf_hooks";
import { js } from "@nn/backend-js";
import { sequential, type Backend, type Layer, type Tensor } from "@nn/core";
import { dense, relu, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { momentum, sgd } from "@nn/optimizers";
import { fit, type FitResult } from "@nn/trainer";
import { expect, test } from "vitest";
import { wasm } from "../src/index.ts";

const table = {
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [[0], [1], [1], [0]],
};

function xor(backend: Backend, epochs: number): ReturnType<typeof fit> {
  const model = sequential([dense(3, { activation: tanh() }), dense(1, { activation: tanh() })]);
  const options = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 4, seed: 7 };
  return fit({ backend, model: model as Layer, data: table, epochs, ...options });
}

/** Random numbers, the same ones each time. */
function numbers(rows: number, columns: number): number[][] {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  return Array.from({ length: rows }, () => Array.from({ length: columns }, next));
}

function wideNet(backend: Backend): ReturnType<typeof fit> {
  const hidden = [64, 128, 128].map((units) => dense(units, { activation: relu() }));
  return fit({
    backend,
    model: sequential([...hidden, dense(3)]) as Layer,
    data: { inputs: numbers(300, 50), targets: numbers(300, 3) },
    loss: mse(),
    optimizer: momentum({ learningRate: 0.01 }),
    batchSize: 100,
    epochs: 20,
    seed: 3,
  });
}

async function bitsOf({ parameters }: FitResult<never, never>): Promise<string> {
  const found: string[] = [];
  for (const [path, value] of Object.entries(parameters)) {
    const data = await value.read();
    found.push(
      `${path} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")}`,
    );
  }
  return found.join("\n");
}

test("xor is learned, as by the reference backend", async () => {
  const ours = await xor(wasm(), 500);
  const reference = await xor(js(), 500);
  ours.history.loss.forEach((loss, i) => expect(loss).toBeCloseTo(reference.history.loss[i]!, 5));
  const predicted = (await xor(wasm(), 5000)).predict(table.inputs) as Tensor;
  const outputs = [...(await predicted.read())];
  expect(outputs.map(Math.round).map(Math.abs)).toEqual([0, 1, 1, 0]);
});

test("the same bits for any number of threads, and from run to run", async () => {
  const runs = [];
  for (const threads of [1, 2, 3, 2]) {
    const backend = wasm({ threads });
    await backend.ready;
    runs.push(await bitsOf((await wideNet(backend)) as never));
    await backend.close?.();
  }
  for (const run of runs) expect(run).toBe(runs[0]);
});

test("a million steps leave nothing for the garbage collector but what belongs to chunks", async () => {
  const backend = wasm();
  await xor(backend, 20_000);
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ["gc"] });
  const used = backend.doctor().memory.used;
  const { steps } = await xor(backend, 1_000_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  expect(steps).toBe(1_000_000);
  // Chunks grow to 16,384 steps, so there are some 70 of them; nothing is left over for each step. Of the chunks, some
  // values may still wait for the garbage collector.
  expect(collections).toBeLessThan(70);
  expect(backend.doctor().memory.used).toBeLessThan(used + 2 ** 20);
});
