import type { Thresholds } from "../src/compile/steps.ts";
import type { Runtime } from "../src/runtime/runtime.ts";
import { sync } from "../src/runtime/control.ts";
import { wasmWith, type WasmBackend, type WasmOptions } from "../src/wasm.ts";

/** A backend whose runs wait for all threads, and how many runs had so many threads. */
export interface Divided {
  readonly backend: WasmBackend;
  /** By number of threads. */
  readonly runs: readonly number[];
}

const always: Thresholds = { stage: 0, run: 0 };

/**
 * A backend whose workers are up, and whose runs wait for them. Without other thresholds it divides every stage among
 * all of its threads, however small: only so do the programs of the conformance kit run on more than one.
 */
export async function divided(
  options: WasmOptions & { readonly threads: number },
  thresholds = always,
): Promise<Divided> {
  const runs = Array.from({ length: options.threads + 1 }, () => 0);
  const backend = wasmWith(options, {
    thresholds,
    inspect: (runtime) => insist(runtime, runs),
  });
  await backend.ready;
  return { backend, runs };
}

/** Milliseconds that a run waits for workers to take the program, and to come. */
const patience = 1000;

function insist({ crew, heap }: Runtime, runs: number[]): void {
  if (!crew) return;
  const words = new Int32Array(heap.buffer);
  const { gather, threads } = crew;
  crew.gather = (program, frame, stride) => {
    const end = performance.now() + patience;
    const isBehind = (worker: number): boolean =>
      Atomics.load(words, sync.received / 4 + worker) < Atomics.load(words, sync.posted / 4);
    for (let worker = 0; worker < threads - 1; worker++)
      while (isBehind(worker) && performance.now() < end);
    // Whatever it costs: workers that are late, or sleep often, are left out otherwise.
    Object.assign(crew, { skips: 0 });
    const count = gather.call(crew, program, frame, stride, patience);
    runs[count]!++;
    return count;
  };
}
