import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, threadId } from "node:worker_threads";

/** A job that does what its spec says; what `spec.state` counts is kept in shared memory, over all attempts. */
export const plugins = [{ kind: "@acme/thing#thing", contract: 1, create: () => ({}) }];

const none = { value: null, tensors: {} };

const behaviours = {
  echo: (spec, tensors) => ({ value: spec.value, tensors }),
  square: async ({ value, wait = 0 }) => {
    await sleep(wait);
    return { value: value ** 2, tensors: {} };
  },
  context: async (_, __, { plugins, threads, signal }) => ({
    value: { plugins: plugins.map(({ kind }) => kind), threads, aborted: signal.aborted, threadId },
    tensors: {},
  }),
  count: async (_, { now }) => {
    const value = Atomics.add(now.data, 0, 1) + 1;
    await sleep(20);
    Atomics.sub(now.data, 0, 1);
    return { value, tensors: {} };
  },
  double: (_, { x }) => ({
    value: null,
    tensors: { y: { ...x, data: x.data.map((number) => 2 * number) } },
  }),
  part: () => {
    const data = new Float32Array(1000).subarray(10, 12).fill(3);
    return { value: null, tensors: { y: { shape: [2], dtype: "f32", data } } };
  },
  wasm: () => {
    const data = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);
    return { value: null, tensors: { y: { shape: [65_536], dtype: "u8", data } } };
  },
  messages: async ({ count }, _, { send }) => {
    for (let i = 0; i < count; i++) {
      send({ i });
      if (i % 10 === 0) await sleep(0);
    }
    return none;
  },
  late: async ({ value }, _, { send }) => {
    send("in time");
    setTimeout(() => send("too late"), 20);
    return { value, tensors: {} };
  },
  postByItself: ({ value }) => {
    const messages = [null, undefined, "text", {}, { id: "text", error: 1 }];
    for (const message of messages) parentPort.postMessage(message, []);
    return { value, tensors: {} };
  },
  exit: (_, { attempts }, { send }) => {
    send(Atomics.add(attempts.data, 0, 1) + 1);
    process.exit(3);
  },
  exitOnce: (_, { attempts }, { send }) => {
    const attempt = Atomics.add(attempts.data, 0, 1) + 1;
    send(attempt);
    if (attempt === 1) process.exit(3);
    return { value: attempt, tensors: {} };
  },
  memory: () => {
    const all = [];
    for (;;) all.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
  },
  stray: async () => {
    setTimeout(() => {
      throw new RangeError("out of the blue");
    });
    await sleep(10_000);
  },
  strayRejection: async () => {
    void Promise.reject(new RangeError("out of the blue"));
    await sleep(10_000);
  },
  strayNothing: async () => {
    setTimeout(() => {
      throw Object.create(null);
    });
    await sleep(10_000);
  },
  throw: (_, { attempts }) => {
    if (attempts) Atomics.add(attempts.data, 0, 1);
    const error = new RangeError("step 7 is not finite", { cause: new TypeError("of this") });
    throw Object.assign(error, { name: "FaultError", step: 7, fault: { path: "a" }, f: () => 1 });
  },
  throwValue: ({ value }) => {
    throw value;
  },
  throwDeep: ({ depth }) => {
    const circle = { self: undefined };
    circle.self = circle;
    let deep = {};
    for (let i = 0; i < depth; i++) deep = { deep };
    throw Object.assign(new Error("as it is"), { circle, deep, step: 7 });
  },
  throwNothing: () => {
    throw Object.create(null);
  },
  throwProxy: () => {
    const trap = () => {
      throw new Error("hands off");
    };
    throw new Proxy({}, { get: trap, ownKeys: trap });
  },
  untilAborted: async ({ value }, _, { signal, send }) => {
    send("started");
    while (!signal.aborted) await sleep(1);
    return { value, tensors: {} };
  },
  throwWhenAborted: async (_, __, { signal, send }) => {
    send("started");
    for (;;) {
      signal.throwIfAborted();
      await sleep(1);
    }
  },
  forever: (_, __, { send }) => {
    send("started");
    for (;;);
  },
  sendBad: async (_, __, { send }) => {
    send({ a: [new Map()] });
    await sleep(10_000);
  },
  sendFunction: async (_, __, { send }) => {
    send(() => 1);
    return none;
  },
  results: ({ which }) =>
    ({
      nothing: undefined,
      map: { value: { a: new Map() }, tensors: {} },
      bigint: { value: 1n, tensors: {} },
      function: { value: () => 1, tensors: {} },
      noTensors: { value: null },
      wrongSize: {
        value: null,
        tensors: { y: { shape: [3], dtype: "f32", data: new Float32Array(2) } },
      },
      wrongKind: {
        value: null,
        tensors: { y: { shape: [2], dtype: "f32", data: new Float64Array(2) } },
      },
      dataView: {
        value: null,
        tensors: { y: { shape: [2], dtype: "u8", data: new DataView(new ArrayBuffer(2)) } },
      },
      nan: { value: { loss: Number.NaN, gone: undefined }, tensors: {} },
    })[which],
  detach: (_, tensors) => {
    structuredClone(tensors.x.data, { transfer: [tensors.x.data.buffer] });
    return { value: null, tensors };
  },
};

export const run = async (spec, tensors, context) => behaviours[spec.do](spec, tensors, context);
