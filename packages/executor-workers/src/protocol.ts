import type { HostTensors, Json, JobResult } from "@nn/core";

/** What a worker is told. */
export type WorkerMessage =
  | {
      readonly id: number;
      readonly entry: string;
      readonly spec: Json;
      readonly tensors: HostTensors;
      readonly threads: number;
    }
  | { readonly cancel: number; readonly reason: string };

/** What it answers: that it is up, something that a job sends, what came of a job. */
export type WorkerAnswer =
  | "ready"
  | { readonly id: number; readonly message: unknown }
  | { readonly id: number; readonly result: JobResult }
  | { readonly id: number; readonly error: SentError };

/** An error as it travels. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: SentError;
  /** Its own properties that are plain data. */
  readonly properties: { readonly [name: string]: unknown };
}

/**
 * What a worker does, as the text of a module, so that it runs the same from sources, from `dist` and from a
 * bundle, which a file beside this one would not. What jobs send and return is checked where it arrives.
 */
const source = `
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
const port = threads?.parentPort ?? globalThis;

function serve(load) {
  let current;
  port.onmessage = ({ data }) => {
    if (data.id !== undefined) void run(data);
    else if (data.cancel === current?.id)
      current.controller.abort(new DOMException(data.reason, "AbortError"));
  };
  // Node ends a worker for these by itself.
  if (!threads)
    globalThis.addEventListener("unhandledrejection", ({ reason }) =>
      setTimeout(() => {
        throw reason;
      }),
    );
  port.postMessage("ready");

  async function run({ id, entry, spec, tensors, threads }) {
    const job = { id, controller: new AbortController() };
    const { signal } = job.controller;
    current = job;
    const send = (message) => {
      if (current === job) port.postMessage({ id, message });
    };
    try {
      const { plugins, run } = await loaded(entry);
      signal.throwIfAborted();
      const result = await run(spec, tensors, { plugins, threads, signal, send });
      current = undefined;
      answer(id, result);
    } catch (error) {
      current = undefined;
      port.postMessage({ id, error: described(error, 0) });
    }
  }

  async function loaded(entry) {
    let module;
    try {
      module = await load(entry);
    } catch (cause) {
      throw new Error("workers: " + entry + " cannot be loaded: " + cause?.message, { cause });
    }
    const { plugins, run } = module;
    const fix = ", as modules of jobs do; see JobModule of @nn/core";
    if (typeof run !== "function") throw new TypeError("workers: " + entry + " must export a function 'run'" + fix);
    if (!Array.isArray(plugins)) throw new TypeError("workers: " + entry + " must export a list 'plugins'" + fix);
    return module;
  }
}

/** Posts a result and gives its arrays away; those that see only a part of their memory are copied first. */
function answer(id, result) {
  const { value, tensors } = Object(result);
  const given = new Set();
  const packed = Object.entries(Object(tensors)).map(([name, tensor]) => {
    const { shape, dtype, data } = Object(tensor);
    const Kind = globalThis[data?.[Symbol.toStringTag]];
    if (!ArrayBuffer.isView(data) || Kind === DataView) return [name, { shape, dtype, data }];
    const { buffer, byteLength, length } = data;
    const isWhole = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
    // An array without elements may be what is left of one whose memory is gone, which cannot be read.
    const own = length === 0 ? new Kind() : isWhole ? data : new Kind(data);
    given.add(own.buffer);
    return [name, { shape, dtype, data: own }];
  });
  const answer = { id, result: { value, tensors: tensors && Object.fromEntries(packed) } };
  try {
    port.postMessage(answer, [...given]);
  } catch {
    // Some memory, such as WebAssembly's, cannot be given away.
    port.postMessage(answer);
  }
}

function described(error, depth) {
  try {
    const { name, message, stack, cause } = Object(error);
    if (typeof message !== "string")
      return { name: "Error", message: "the job threw " + String(error), properties: {} };
    const known = ["name", "message", "stack", "cause"];
    const own = Object.entries(error).filter(
      ([key, value]) => !known.includes(key) && isPlain(value, { left: 10_000 }, 0),
    );
    return {
      name: String(name ?? "Error"),
      message,
      ...(typeof stack === "string" && { stack: withoutThis(stack) }),
      ...(typeof Object(cause).message === "string" && depth < 5 && { cause: described(cause, depth + 1) }),
      properties: Object.fromEntries(own),
    };
  } catch {
    return { name: "Error", message: "the job threw something that cannot be read", properties: {} };
  }
}

/** A stack without this module, whose URL is its whole text in Node. */
function withoutThis(stack) {
  return stack.split("\\n").filter((line) => !line.includes(import.meta.url)).join("\\n");
}

function isPlain(value, budget, depth) {
  if (budget.left-- <= 0 || depth > 100) return false;
  if (typeof value !== "object" || value === null) return ["string", "number", "boolean", "object"].includes(typeof value);
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((child) => isPlain(child, budget, depth + 1));
}
`;

/**
 * The program of a worker that the pool starts: its jobs are modules by their URLs. A Node that cannot load TypeScript
 * does so with tsx, where the job's package has it; tsx leaves worker threads out unless it is told.
 */
export const workerSource = `${source}
let isTold = Boolean(globalThis.process?.features?.typescript);

serve(async (entry) => {
  if (threads && !isTold && /\\.[cm]?tsx?$/.test(new URL(entry).pathname)) {
    isTold = true;
    await tellTsx(entry);
  }
  return import(entry);
});

async function tellTsx(entry) {
  const { createRequire } = process.getBuiltinModule("node:module");
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  let path;
  try {
    path = createRequire(entry).resolve("tsx/esm/api");
  } catch {
    return;
  }
  // What is required does not find its own files; the module to import is beside it.
  const { register } = await import(pathToFileURL(path.replace(/cjs$/, "mjs")));
  register();
}
`;

/** The program as a module, for workers that pages start themselves. */
export const servingSource = `${source}
export { serve };
`;
