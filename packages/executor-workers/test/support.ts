import type { Executor, HostTensors, Json } from "@nn/core";
import { afterAll } from "vitest";
import { workers, type WorkersOptions } from "../src/index.ts";

const open: Executor[] = [];

/** An executor that is closed after the tests. */
export function make(options: WorkersOptions = {}): Executor {
  const executor = workers({ concurrency: 2, ...options });
  open.push(executor);
  return executor;
}

export function closeAll(): void {
  afterAll(() => Promise.all(open.map((executor) => executor.close())));
}

/** A job of `jobs/behaviours.js`, or of another file beside it. */
export function job(spec: Json, tensors: HostTensors = {}, file = "behaviours.js") {
  return { entry: new URL(`./jobs/${file}`, import.meta.url).href, spec, tensors };
}

export function f32(...numbers: number[]) {
  return { shape: [numbers.length], dtype: "f32" as const, data: Float32Array.from(numbers) };
}

/** A number that all attempts of a job see. */
export function counter() {
  const data = new Int32Array(new SharedArrayBuffer(4));
  return { shape: [1], dtype: "i32" as const, data };
}

/** What a promise is rejected with. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<Error & { [name: string]: unknown }> {
  return promise.then(
    () => Promise.reject(new Error("it was fulfilled")),
    (error: unknown) => error as Error & { [name: string]: unknown },
  );
}
