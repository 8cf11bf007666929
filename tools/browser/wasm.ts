import { doctor, wasm } from "@nn/backend-wasm";
import { add, flatten, ones, place as placeOn, sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { sgd } from "@nn/optimizers";
import { testBackend } from "@nn/testing";
import { fit } from "@nn/trainer";
import { it } from "vitest";
import { divided } from "../../packages/backend-wasm/test/divided.ts";
import { measuredThresholds } from "../../packages/backend-wasm/src/compile/steps.ts";
import { nameOf, type Setting } from "./settings.ts";

/** Declares what `@nn/backend-wasm` has to pass in a setting: the conformance kit, and what only a browser shows. */
export function declareTests(setting: Setting): void {
  const { isIsolated, place, numerics, threads } = setting;
  let runs: readonly number[] = [];
  testBackend(`@nn/backend-wasm in ${nameOf(setting)}`, async () => {
    if (threads === 1) return wasm({ numerics, threads });
    const made = await divided({ numerics, threads });
    runs = made.runs;
    return made.backend;
  });

  if (threads > 1)
    it("ran the conformance kit on all threads", () => {
      const all = runs.reduce((sum, count) => sum + count, 0);
      const expected = isIsolated ? all > 0 && runs[threads]! / all > 0.99 : all === 0;
      expectThat(expected, `runs by threads: ${runs.join()}`);
    });

  it("says what the engine can do, and why it does not do the rest", async () => {
    const found = doctor();
    const told = found.notes.join("; ");
    expectThat(found.simd && found.relaxedSimd, "SIMD and relaxed SIMD are there");
    expectThat(found.crossOriginIsolated === isIsolated, "it knows whether the page is isolated");
    expectThat(found.sharedMemory === isIsolated, "memory is shared in an isolated page only");
    const maySleep = isIsolated && place === "worker";
    expectThat(found.sleep === maySleep, "only a worker that shares memory may sleep");
    const why = "threads: this page is not cross-origin isolated";
    expectThat(told.includes(why) === !isIsolated, `notes: ${told}`);
    const backend = wasm({ numerics, threads: 4 });
    await backend.ready;
    const usage = backend.doctor();
    expectThat(usage.threads === (isIsolated ? 4 : 1), `${usage.threads} threads`);
    expectThat(usage.workers === (isIsolated ? 3 : 0), `${usage.workers} workers`);
    await backend.close!();
  });

  it("refuses turbo numerics", () => {
    let message = "";
    try {
      wasm({ numerics: "turbo" });
    } catch (error) {
      message = String(error);
    }
    const expected = 'wasm: numerics "turbo" needs vectors of 256 bits';
    expectThat(message.includes(expected), `the message is '${message}'`);
  });

  it("does 10,000 calls one by one in bounded memory", async () => {
    const backend = wasm({ numerics, threads });
    let x = await placeOn(backend, ones([16_384]));
    for (let call = 0; call < 10_000; call++) {
      x = add(x, 1);
      if (call % 250 === 249) await new Promise((resolve) => setTimeout(resolve));
    }
    const { reserved } = backend.doctor().memory;
    expectThat((await x.read())[0] === 10_001, "all of them are done");
    expectThat(reserved < 250e6, `${Math.round(reserved / 1e6)} MB are reserved`);
    await backend.close!();
  });

  if (threads > 1)
    it("trains to the same bits on one thread and on several", async () => {
      const one = await train(setting, 1);
      const several = await train(setting, threads);
      const isSame = one.bits.every((number, i) => number === several.bits[i]);
      expectThat(one.bits.length > 0 && isSame, "parameters differ");
      const used = several.runs.findLastIndex((count) => count > 0);
      expectThat(used === (isIsolated ? threads : -1), `runs by threads: ${several.runs.join()}`);
      // That the main thread of a page sleeps is an error of its own; it is not even tried.
      if (place === "page") expectThat(several.sleeps === 0, `${several.sleeps} attempts to sleep`);
    });
}

/** The bits of a network of some size after 20 steps, how many runs had how many threads, and who tried to sleep. */
async function train({ numerics }: Setting, threads: number) {
  const { backend, runs } = await divided({ numerics, threads }, measuredThresholds);
  const { wait } = Atomics;
  let sleeps = 0;
  Atomics.wait = new Proxy(wait, {
    apply(target, _, parameters: Parameters<typeof wait>) {
      sleeps++;
      return target(...parameters);
    },
  });
  const rows = 640;
  const { parameters } = await fit({
    backend,
    model: sequential([
      dense(256, { activation: tanh() }),
      dense(256, { activation: tanh() }),
      dense(10),
    ]),
    data: {
      inputs: { data: noise(rows * 64, 1), shape: [rows, 64] },
      targets: { data: noise(rows * 10, 2), shape: [rows, 10] },
    },
    loss: mse(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 1,
    batchSize: 32,
    seed: 3,
  }).finally(() => (Atomics.wait = wait));
  const bits: number[] = [];
  for (const leaf of flatten(parameters).leaves)
    for (const number of new Int32Array((await leaf.read()).buffer)) bits.push(number);
  await backend.close!();
  return { bits, runs, sleeps };
}

/** Numbers from -1 to 1, from a generator of Lehmer's. */
function noise(size: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 1_073_741_824 - 1;
  });
}

function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
